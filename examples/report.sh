#!/usr/bin/env bash
# Reports a training run to Slipway, whatever came of it. Call it at the end of the job:
#
#   examples/report.sh model-pymk 2026.11.22-3 success
#
# It needs SLIPWAY_URL (https://slipway.example/hooks/ci) and SLIPWAY_REPORT_SECRET, and takes along
# metrics.json and junit.xml where the run has written them.
set -euo pipefail

component=$1
version=$2
outcome=$3

evidence=()
if [ -f metrics.json ]; then evidence+=(--metrics metrics.json); fi
if [ -f junit.xml ]; then evidence+=(--junit junit.xml); fi

exec slipway report \
  --component "$component" \
  --version "$version" \
  --outcome "$outcome" \
  --trigger data \
  --dataset "hive.pymk_edges=${EDGES_PARTITION:?the partition it was trained on}" \
  ${evidence[@]+"${evidence[@]}"}
