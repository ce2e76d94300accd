# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Runs OP-TEE's xtest over whatever OP-TEE driver there is, in the host or in a guest (initramfs
# with the tree "xtest" of machine/path). The arguments are xtest's; a file "arguments" beside this
# has them where nobody can give any.
#
# Of what xtest prints the output has the lines that begin and end tests, and of subtests only those
# that failed or were skipped: a guest's console is slow. After each test comes how long it took. With
# "verbose" first the output is all that xtest prints. test/xtest/results understands both.

[ $# -gt 0 ] || [ ! -e arguments ] || read -r line <arguments
# shellcheck disable=SC2086 # words
[ -z "$line" ] || set -- $line
verbose=
if [ "$1" = verbose ]; then
	verbose=yes
	shift
fi

# brief: a subtest's beginning is kept back until there is something to say of it.
brief() {
	awk '
	/^\* / { begin = systime() }
	/^o / { subtest = $0 "\n"; name = $2; next }
	$1 == name && $2 == "OK" { if (subtest == "") print; name = subtest = ""; next }
	/^(\* |  [^ ]+ (OK|FAILED)|[^ ]*\/.*:[0-9]+:|[0-9]+ (sub)?test)|[Ss]kip|ABORTED/ {
		printf "%s%s\n", subtest, $0
		if (/^  [^ .]+ (OK|FAILED)/)
			print "suite: " $1 " took " systime() - begin " s"
		subtest = ""
		fflush()
	}'
}

if [ ! -e /dev/teepriv0 ]; then
	echo "suite: no OP-TEE here (no /dev/teepriv0)"
	exit 1
fi
tee-supplicant -d || exit 1
begin=$(cut -d . -f 1 /proc/uptime)
if [ "$verbose" ]; then
	xtest "$@" 2>&1
	status=$?
else
	{
		xtest "$@" 2>&1
		echo $? >/tmp/xtest.status
	} | brief
	status=$(cat /tmp/xtest.status)
fi
# It would keep the machine from powering off.
killall tee-supplicant
echo "suite: xtest $* ended with status $status after $(($(cut -d . -f 1 /proc/uptime) - begin)) s"
exit "$status"
