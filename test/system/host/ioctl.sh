# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# /dev/vffa by itself, on a host with OP-TEE. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

check "module loads" load_vffa_for_many
include ./ioctl-test
check "module unloads" until_true 20 rmmod vffa
check "the kernel has nothing to complain about" kernel_is_well
done_testing
