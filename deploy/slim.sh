#!/bin/sh
# Removes from node_modules what a running image never loads: Temporal's native modules for other machines and their
# sources, the compiler of `npm run build`, the PostgreSQL of `npm start`, source maps. Usage: slim.sh <node_modules>
set -eu
cd "$1"
case "$(uname -m)" in
  x86_64) ours=x86_64-unknown-linux-gnu ;;
  aarch64 | arm64) ours=aarch64-unknown-linux-gnu ;;
  *) echo "no native module of Temporal for $(uname -m)" >&2; exit 1 ;;
esac
find @temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$ours" -exec rm -rf {} +
rm -rf @temporalio/core-bridge/sdk-core @temporalio/core-bridge/src @embedded-postgres @swc
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.md' \) -delete
