"""Shuts a file system down as a power cut does: what has not reached the device is gone.

Takes the mount point as its argument. Refuses anything but a loop device mounted on its own: this is
never to be done to a file system that somebody else uses.
"""

import fcntl
import os
import struct
import sys

# _IOR('X', 125, __u32) of linux/fs.h, and the flag FS_SHUTDOWN_FLAGS_NOLOGFLUSH.
FS_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2

mount_point = os.path.realpath(sys.argv[1])
with open("/proc/mounts", encoding="utf-8") as mounts:
    devices = [line.split()[0] for line in mounts if line.split()[1] == mount_point]
if not devices or not devices[-1].startswith("/dev/loop"):
    sys.exit(f"{mount_point} is not the mount point of a loop device: {devices}")

descriptor = os.open(mount_point, os.O_RDONLY | os.O_DIRECTORY)
fcntl.ioctl(descriptor, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
os.close(descriptor)
