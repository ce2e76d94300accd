# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Loads the kernel's own FF-A and OP-TEE drivers and runs the suite on them: the host's part where
# there is no vffa, and the guest's where there is.

modprobe ffa-module || echo "drivers: no ffa-module"
modprobe optee || echo "drivers: no optee"
dmesg | grep -E 'ARM FF-A|optee' | sed 's/^\[[^]]*\] //'
exec sh ./suite.sh
