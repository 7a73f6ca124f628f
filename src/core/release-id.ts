/** `<component>@<version>`: a version is immutable, so the same version is the same release. */
export type ReleaseId = string;

export function releaseId(component: string, version: string): ReleaseId {
  return `${component}@${version}`;
}
