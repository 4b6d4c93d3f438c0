# SPDX-License-Identifier: MIT
#
# Lua 5.4 as a library, with Debian's security fixes. The programs lua and luac are left out, and so
# is loading of shared libraries: plain C has none, so loadlib.c keeps require only.
set -eu
cd "$WORK"
tar -xf "$SRC/lua5.4_5.4.4.orig.tar.gz" --strip-components=1
tar -xf "$SRC/lua5.4_5.4.4-3+deb12u1.debian.tar.xz"
for fix in debian/patches/*cve*.patch; do
    patch -s -p1 <"$fix"
done

cd src
sources=$(ls ./*.c | grep -v -e '/lua\.c$' -e '/luac\.c$')
flags="$CFLAGS -DLUA_COMPAT_5_3"
if [ -n "${DEP_newlib-}" ]; then
    flags="$flags -D__DYNAMIC_REENT__ -isystem $DEP_newlib/include"
fi
printf '%s\n' $sources | xargs -P "$JOBS" -n 4 $CC $flags -c
"$AR" rcs "$OUT/lib/liblua.a" ./*.o
cp lua.h luaconf.h lualib.h lauxlib.h "$OUT/include/"
