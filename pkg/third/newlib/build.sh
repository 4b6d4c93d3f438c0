# SPDX-License-Identifier: MIT
#
# newlib for Stretto; README.md tells what the glue library must supply.
set -eu
tar -xf "$SRC/newlib-3.3.0.tar.xz" -C "$WORK" --strip-components=1
mkdir "$WORK/build"
cd "$WORK/build"

# The compiler of the host serves as cross compiler, so newlib's own questions about the machine are
# answered by the flags: no system headers, no Linux. Its old code is not ours to warn about.
flags="$CFLAGS -D__DYNAMIC_REENT__ -w"
../newlib/configure --host=x86_64-elf --prefix=/ --exec-prefix=/ \
    --disable-multilib --disable-dependency-tracking --disable-newlib-supplied-syscalls \
    --enable-newlib-io-long-long --enable-newlib-io-c99-formats \
    --enable-newlib-retargetable-locking --enable-newlib-global-atexit \
    --enable-newlib-global-stdio-streams \
    CC="$CC" CFLAGS="$flags" CCASFLAGS="$flags" AR="$AR" RANLIB=ranlib AS=as
make -j"$JOBS"
make install DESTDIR="$WORK/root"

top=$WORK/root
[ -d "$top/x86_64-elf" ] && top=$top/x86_64-elf
cp -R "$top/include/." "$OUT/include/"
cp "$top/lib/libc.a" "$top/lib/libm.a" "$OUT/lib/"
