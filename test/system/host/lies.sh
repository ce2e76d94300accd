# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# An SPMC that lies when vffa.ko is loaded or unloaded: it is refused in one sentence, or what there is
# of it is served. Then the truth is told, and all is well. Runs in the machine with the development SPMC.

# shellcheck source=lib.sh
. ./lib.sh

readonly version=0x84000063 features=0x84000064 rxtx_unmap=0x84000067 info_get=0x84000068
readonly id_get=0x84000069 spm_id_get=0x84000085 rxtx_map=0xc4000066 error=0x84000060 success=0x84000061

# says_only SENTENCE: since note_log. Busybox's insmod tries twice.
says_only() {
	logged "$1" && ! grep 'vffa: ' $logs/logged.txt | grep -vxF "vffa: $1"
}

# truth: it is as if there had been no lie.
truth() {
	load_vffa && bare direct2.ffa && until_true 20 no_vms && rmmod vffa
}

# refused SENTENCE LIE...: and nothing else is said.
refused() {
	local sentence="$1" status=0
	shift
	insmod ./vffa-rival.ko "$@" || return
	note_log
	! load_vffa || { rmmod vffa; status=1; }
	says_only "$sentence" || status=1
	rmmod vffa-rival
	[ $status = 0 ] && truth
}

makes_no_sense() {
	local fid="$1"
	shift
	refused "the SPMC's answer to function $fid is ABORTED, or makes no sense" "fid=$fid" "$@"
}

# served SCRIPT LIE...: the module is loaded, and a guest runs.
served() {
	local script="$1" status=0
	shift
	insmod ./vffa-rival.ko "$@" || return
	load_vffa || { rmmod vffa-rival; return 1; }
	rmmod vffa-rival
	bare "$script" || status=1
	until_true 20 no_vms && rmmod vffa && [ $status = 0 ] && truth
}

# A partition that is not there wants to hear of VMs: there can be none, and all is as before.
invented_partitions() {
	local log=$logs/invented.txt
	insmod ./vffa-rival.ko fid=$info_get rx=0xff || return
	load_vffa || { rmmod vffa-rival; return 1; }
	rmmod vffa-rival
	bare alive.ffa >"$log" 2>&1
	cat "$log"
	until_true 20 no_vms && rmmod vffa && truth
}

# The SPMC has given them back, and says that it has not: nobody uses them again.
keeps_buffers() {
	load_vffa && bare direct2.ffa && until_true 20 no_vms &&
		insmod ./vffa-rival.ko fid=$rxtx_unmap answer=0,$error,2,0xfffffffa || return
	note_log
	rmmod vffa && says_only "the SPMC does not give the RX/TX buffers back: their 504 KiB stay unused" &&
		rmmod vffa-rival && truth
}

# After that the kernel has said what it has to say of a module from elsewhere.
check "lies: module loads" truth
for said in 0x0=0.0 0x7fffffff=32767.65535 0x20000=2.0; do
	check "lies: version ${said%=*}" refused \
		"the SPMC speaks FF-A ${said#*=}, and vffa 1.x: update the older of the two" \
		fid=$version answer=0,"${said%=*}"
done
check "lies: a version that is not out yet" served direct2.ffa fid=$version answer=0,0x1ffff
check "lies: another endpoint's id" makes_no_sense $id_get answer=2,5
check "lies: an id that nobody was asked for" makes_no_sense $id_get answer=0,0x12345678
check "lies: no id" refused "the SPMC answered NOT_SUPPORTED to function $id_get" \
	fid=$id_get answer=0,$error,2,0xffffffff
check "lies: every feature is there, and as large as can be" served alive.ffa \
	fid=$features answer=0,$success,2,0xffffffff,3,0xffffffff
check "lies: no feature is there" served alive.ffa fid=$features answer=0,$error,2,0xffffffff
check "lies: features that make no sense" served alive.ffa fid=$features answer=0,0
check "lies: an SPMC with a VM's id" served direct2.ffa fid=$spm_id_get answer=2,0xffff0001
check "lies: buffers that nobody knows of" makes_no_sense $rxtx_map answer=0,0x84000070
check "lies: more partitions than RX has room for" makes_no_sense $info_get answer=2,0xffffffff
check "lies: one more than that" makes_no_sense $info_get answer=2,10753
check "lies: partitions of no size" makes_no_sense $info_get answer=3,0
check "lies: partitions that are too small" makes_no_sense $info_get answer=3,8
check "lies: partitions larger than RX" makes_no_sense $info_get answer=3,0xfffffff8
check "lies: a list that is none" makes_no_sense $info_get answer=0,0x84000070
check "lies: no list" refused "the SPMC answered BUSY to function $info_get" \
	fid=$info_get answer=0,$error,2,0xfffffffc
check "lies: no partition" served alive.ffa fid=$info_get answer=2,0
check "lies: partitions of zeroes" served alive.ffa fid=$info_get rx=0
check "lies: partitions of ones" invented_partitions
check "lies: buffers that are kept" keeps_buffers
check "lies: the kernel has nothing to complain about" kernel_is_well
done_testing
