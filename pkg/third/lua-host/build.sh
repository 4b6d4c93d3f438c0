# SPDX-License-Identifier: MIT
#
# Lua 5.4 as in pkg/third/lua, for the host: the target's flags do not apply.
set -eu
cd "$WORK"
tar -xf "$SRC/lua5.4_5.4.4.orig.tar.gz" --strip-components=1
tar -xf "$SRC/lua5.4_5.4.4-3+deb12u1.debian.tar.xz"
for fix in debian/patches/*cve*.patch; do
    patch -s -p1 <"$fix"
done

cd src
sources=$(ls ./*.c | grep -v -e '/lua\.c$' -e '/luac\.c$')
printf '%s\n' $sources | xargs -P "$JOBS" -n 4 gcc -std=gnu17 -O1 -g -DLUA_COMPAT_5_3 -c
"$AR" rcs "$OUT/lib/liblua-host.a" ./*.o
cp lua.h luaconf.h lualib.h lauxlib.h "$OUT/include/"
