# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# shellcheck source=test/bench/lib.sh
#
# Indirect messages beside direct ones, with the development SPMC.

. ./lib.sh

insmod ./vffa.ko || exit
vm mail mail.ffa --memory 64 --cpus 1
