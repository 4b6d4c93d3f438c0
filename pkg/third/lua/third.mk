# SPDX-License-Identifier: MIT
third          := lua
third-package  := lua5.4
third-version  := 5.4.4-3+deb12u1
third-kind     := source
third-files    := lua5.4_5.4.4.orig.tar.gz:164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61 \
                  lua5.4_5.4.4-3+deb12u1.debian.tar.xz:2d8e0e380722c648cfeffb8d58287865619b4d035544d93d7ef3a2eaf627abe6
third-archives := lua
third-needs    := newlib
third-host     := y
include tools/build/third.mk
