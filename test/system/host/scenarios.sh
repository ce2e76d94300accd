# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Scenarios for the development SPMC and nothing else. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

check "scenarios: module loads" load_vffa
scenarios spmc-1.2 hvc
check "scenarios: no VM is left" until_true 60 no_vms
check "scenarios: module unloads" rmmod vffa
check "scenarios: the kernel has nothing to complain about" kernel_is_well
done_testing
