# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every script here shares: where the cache is, messages, locks, logged
# commands.  Sourced, never run.  Reading it has no effect outside the shell.

machine_dir=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cache=${VFFA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vffa}
program=${0##*/}

# apt and dpkg translate their messages, and python tools of a private python
# may lack the modules that Debian packages: Debian's own tools come first.
export LC_ALL=C.UTF-8
PATH=/usr/bin:/usr/sbin:/bin:/sbin:$PATH

# What the tools print must not depend on what the user has set for theirs.
unset MAKEFLAGS MAKELEVEL MFLAGS CDPATH GREP_OPTIONS
umask 022

build_arch() {
	: "${VFFA_BUILD_ARCH:=$(dpkg --print-architecture)}"
	export VFFA_BUILD_ARCH
	echo "$VFFA_BUILD_ARCH"
}

# Prefix of the tools that make arm64 programs; empty where they are native.
cross_prefix() {
	[ "$(build_arch)" = arm64 ] || echo aarch64-linux-gnu-
}

# How many commands a build may run at a time.
jobs_nr() {
	nproc
}

# Messages for the user.  A program whose output goes to a log gets the user's
# terminal as another descriptor.
say() {
	printf '%s: %s\n' "$program" "$*" >&"${VFFA_TELL_FD:-2}"
}

die() {
	say "$*"
	exit 1
}

# step TEXT: one line of progress, with the time since the first program of
# this chain started; programs called from here inherit the clock.
: "${VFFA_STEP_EPOCH:=$(date +%s)}"
export VFFA_STEP_EPOCH
step() {
	printf '[%4ds] %s\n' $(($(date +%s) - VFFA_STEP_EPOCH)) "$*" >&"${VFFA_TELL_FD:-2}"
}

log_tail() {
	say "$2; the last lines of $1:"
	tail -n "${3:-25}" "$1" | sed 's/^/    /' >&"${VFFA_TELL_FD:-2}"
}

# with_lock NAME COMMAND...: runs COMMAND while no other process holds NAME.
# The lock belongs to the file, not to us: a killed holder releases it.  COMMAND
# does not inherit it, so that a daemon left behind cannot keep it.
with_lock() {
	local name=$1 fd status=0
	shift
	mkdir -p "$cache/locks"
	exec {fd}>"$cache/locks/$name"
	if ! flock -w 2 "$fd"; then
		step "waiting for another run that is busy with '$name'"
		flock "$fd"
	fi
	"$@" {fd}>&- || status=$?
	exec {fd}>&-
	return $status
}
