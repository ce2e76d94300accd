# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# shellcheck source=test/bench/lib.sh
#
# Memory up to 64 MiB, in one range and in ranges of a page, shared with the development SPMC, which
# takes descriptors in fragments: by the host itself, and by a guest.

. ./lib.sh

echo always >/sys/kernel/mm/transparent_hugepage/enabled
module native_spmc hostshare src=1 dst=0x8002 fragments=1
module pin_spmc hostpin
insmod ./vffa.ko || exit
vm sizes sizes.ffa --memory 256
