#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Fetch and build one third-party package, once.
#
#   build.sh NAME DIR PACKAGE VERSION KIND FILE:SHA256...
#
# DIR gets include/, lib/ and .done; the recipe pkg/third/NAME/build.sh does the work with
#   SRC (folder with the archives)  WORK (empty folder)  OUT (= DIR)  CC CFLAGS AR JOBS  DEP_<name>
# Several makes may come at once: one builds, the others wait for it.
set -eu
name=$1 dir=$2 package=$3 version=$4 kind=$5
shift 5

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
base=$(dirname "$dir")
exec 9>"$dir.lock"
flock 9
[ -e "$dir/.done" ] && exit 0

start=$SECONDS
echo "  THIRD   $name $version (built once, then kept in ${base##"$PWD"/})"
"${PY:-/usr/bin/python3}" tools/third/fetch.py --package "$package" --version "$version" \
    --kind "$kind" --dest "$base/src" --state "$base/apt" "$@"

CFLAGS="$CFLAGS -ffile-prefix-map=$dir.work=third/$name"
export CFLAGS SRC="$base/src" WORK="$dir.work" OUT="$dir"
rm -rf "$WORK" "$OUT/include" "$OUT/lib"
mkdir -p "$WORK" "$OUT/include" "$OUT/lib"
JOBS=$(nproc)
export JOBS
if ! bash "pkg/third/$name/build.sh" >"$dir.log" 2>&1; then
    tail -n 30 "$dir.log" >&2
    echo "building $name failed, all of the output is in $dir.log" >&2
    exit 1
fi
rm -rf "$WORK"
touch "$dir/.done"
echo "  THIRD   $name ready ($((SECONDS - start)) s)"
