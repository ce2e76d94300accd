# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# shellcheck source=test/bench/lib.sh
#
# The host itself shares memory with OP-TEE, in the name of a VM that it makes up. By itself, because
# OP-TEE takes the buffers of one owner only.

. ./lib.sh

module native_optee hostshare src=1 dst=0x8001 announce=1
