# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A host without a secure world: VMs have FF-A all the same. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

check "no secure world: module loads" load_vffa
scenarios none hvc
scenario no-spmc.ffa smc
check "no secure world: module unloads" rmmod vffa
check "no secure world: the kernel has nothing to complain about" kernel_is_well
done_testing
