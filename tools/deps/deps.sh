#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Packages of the machine that builds.
#
#   deps.sh missing USE...      print the packages that are not there
#   deps.sh install PACKAGE...  install them, as root or through sudo
#   deps.sh can-install         may this user install without being asked for a password?
set -eu
list=$(dirname "$0")/packages.txt

missing() {
    while read -r use package probe; do
        [[ " $* " == *" $use "* ]] || continue
        case $probe in
        /*) [ -e "$probe" ] || echo "$package" ;;
        *) command -v "$probe" >/dev/null || echo "$package" ;;
        esac
    done < <(grep -v '^#' "$list")
}

can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# Package lists may be absent or stale: ask for fresh ones only if it does not work without.
install() {
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q)
    if ! command -v apt-get >/dev/null; then
        echo "install these packages, or what your system calls them: $*" >&2
        return 1
    fi
    [ "$(id -u)" = 0 ] || apt=(sudo "${apt[@]}")
    echo "  DEPS    $*"
    "${apt[@]}" install -y --no-install-recommends "$@" ||
        { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; }
}

command=$1
shift
case $command in
missing) missing "$@" ;;
can-install) can_install ;;
install) [ $# = 0 ] || install "$@" ;;
*) sed -n '3,8s/^# \?//p' "$0" && exit 2 ;;
esac
