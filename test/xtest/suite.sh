# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Runs OP-TEE's xtest over whatever OP-TEE driver there is, in the host or in a guest (initramfs
# with the tree "xtest" of machine/path). The arguments are xtest's; a file "arguments" beside this
# has them where nobody can give any.
#
# What xtest prints goes to out/xtest.log, or all of it to the output with "verbose" first. In the
# output are the lines that begin and end each test, which test/xtest/results understands, too.

verbose=
if [ "$1" = verbose ]; then
	verbose=yes
	shift
fi
[ $# -gt 0 ] || [ ! -e arguments ] || read -r line <arguments
# shellcheck disable=SC2086 # words
[ -z "$line" ] || set -- $line

# brief: of each test its beginning and end, and what explains how it ended.
brief() {
	awk '/^(\* |o |  [^ ]+ (OK|FAILED)|[^ ]*\/.*:[0-9]+:|[0-9]+ (sub)?test)|[Ss]kip|ABORTED/ { print; fflush() }'
}

if [ ! -e /dev/teepriv0 ]; then
	echo "suite: no OP-TEE here (no /dev/teepriv0)"
	exit 1
fi
mkdir -p out
tee-supplicant -d || exit 1
begin=$(cut -d . -f 1 /proc/uptime)
if [ "$verbose" ]; then
	xtest "$@" 2>&1
	status=$?
else
	{
		xtest "$@" 2>&1
		echo $? >out/xtest.status
	} | tee out/xtest.log | brief
	status=$(cat out/xtest.status)
fi
# It would keep the machine from powering off.
killall tee-supplicant
echo "suite: xtest $* ended with status $status after $(($(cut -d . -f 1 /proc/uptime) - begin)) s"
exit "$status"
