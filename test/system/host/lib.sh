# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What the tests that run in the machine share. Sourced; results are TAP.

nr_points=0
nr_failed=0
logs=out
mkdir -p $logs

# The debug kernel, with all its checks, takes several times as long for everything. And what is waited
# for comes at once, or never: a machine that is ten times slower than it was meant for is no failure.
kmemleak=/sys/kernel/debug/kmemleak
slowness=1
[ ! -e $kmemleak ] || slowness=5
patience=$((10 * slowness))

ok() {
	nr_points=$((nr_points + 1))
	echo "ok $nr_points - $1"
}

not_ok() {
	nr_points=$((nr_points + 1))
	nr_failed=$((nr_failed + 1))
	echo "not ok $nr_points - $1: $2"
}

skip() {
	nr_points=$((nr_points + 1))
	echo "ok $nr_points - $1 # skip $2"
}

# done_testing: the plan, and the exit status. The debug kernel is asked what it has lost.
done_testing() {
	[ ! -e $kmemleak ] || check "the kernel has lost no memory" nothing_leaks
	echo "1..$nr_points"
	[ $nr_failed = 0 ]
	exit
}

# show FILE: the end of a log, as TAP diagnostics.
show() {
	tail -n "${2:-25}" "$1" | tr -d '\r' | sed 's/^/# /'
}

# check NAME COMMAND...: one test, whose output is kept, and shown when it fails.
check() {
	local name="$1" log
	log=$logs/$(echo "$name" | tr -c 'a-zA-Z0-9.\n' '-').log
	shift
	if "$@" >"$log" 2>&1 </dev/null; then
		ok "$name"
	else
		not_ok "$name" "status $?"
		show "$log"
	fi
}

# include COMMAND...: the tests of a program that prints "ok NAME" and "not ok NAME: reason".
include() {
	local log status=0 line
	log=$logs/$(basename "$1").log
	"$@" >"$log" 2>&1 </dev/null || status=$?
	while read -r line; do
		case $line in
		"ok "*) ok "${line#ok }" ;;
		"not ok "*) line=${line#not ok }; not_ok "${line%%: *}" "${line#*: }"; status=0 ;;
		*) echo "# $line" ;;
		esac
	done <"$log"
	[ $status = 0 ] || not_ok "$1" "status $status"
}

# vmm [OPTION...]: vffa-vmm, ended when it takes too long.
vmm() {
	timeout -s KILL $((${vmm_timeout:-120} * 3 * slowness)) ./vffa-vmm "$@"
}

# bare SCRIPT [OPTION...]: the bare-metal guest with a script of calls, which take the way $way.
bare() {
	local script="$1"
	shift
	vmm --kernel guest.img --initrd "$script" --memory 64 ${way:+--way "$way"} "$@"
}

# said_of FILE KEY: what a scenario (test/scenarios) says of itself.
said_of() {
	sed -n "s/^# $2: //p" "$1"
}

# limits_of FILE: vffa-vmm's options for the limits that a scenario states for its VM.
limits_of() {
	local word pages npi donate=--donate
	pages=$(said_of "$1" pages)
	npi=$(said_of "$1" npi)
	for word in $(said_of "$1" memory); do
		case $word in
		donate=0) donate= ;;
		*) echo "--mem-${word%=*} ${word#*=}" ;;
		esac
	done
	[ "$npi" != 0 ] || echo "--npi none"
	echo "${pages:+--mem-pages $pages} $donate"
}

# alone COMMAND...: when the VM before is gone. Its end has messages that a fault may be waiting for.
alone() {
	until_true 10 no_vms && "$@"
}

# scenario FILE CONDUIT: run one, once for each version its guest is to speak. What only some machines
# have is what they set $has to.
scenario() {
	local name="${1%.ffa} by $2${way:+, $way}" needs versions version limits
	needs=$(said_of "$1" needs)
	versions=$(said_of "$1" guests)
	limits=$(limits_of "$1")
	if [ "$needs" ] && [ "$needs" != "${has:-}" ]; then
		skip "$name" "needs $needs"
		return
	fi
	# shellcheck disable=SC2086
	[ "$versions" ] || check "$name" alone bare "$1" --conduit "$2" --cpus 2 $limits
	for version in $versions; do
		# shellcheck disable=SC2086
		check "$name at $version" alone bare "$1" --conduit "$2" --cpus 2 $limits \
			--append "minor=${version#1.}"
	done
}

# nr_logged: how many lines the module has in the kernel's log, besides those that guests logged.
nr_logged() {
	dmesg | grep 'vffa: ' | grep -vc 'vffa: VM [0-9]* says: '
}

# scenarios WORLD CONDUIT: all that are for this secure world. Whatever their guests did wrong, the
# kernel's log has nothing of it.
scenarios() {
	local file before
	before=$(nr_logged)
	for file in *.ffa; do
		case " $(said_of "$file" on) " in
		*" $1 "*) scenario "$file" "$2" ;;
		esac
	done
	check "guests by $2 leave nothing in the kernel's log" test "$(nr_logged)" = "$before"
}

# calls_by CONDUIT: what guests call on a host with OP-TEE.
calls_by() {
	local script
	scenarios optee "$1"
	for script in kvm parallel reboot; do
		check "$script by $1" bare $script.ffa --conduit "$1" --cpus 2
	done
}

# start LOG SCRIPT [OPTION...]: the same in the background, not ended by itself; sets $started.
start() {
	local log="$1" script="$2"
	shift 2
	# At once: what an earlier one said there is not to be taken for this one's.
	: >"$log"
	./vffa-vmm --kernel guest.img --initrd "$script" --memory 64 "$@" >"$log" 2>&1 </dev/null &
	started=$!
}

# until_true SECONDS COMMAND...: tries a command until it succeeds, or should have long ago.
until_true() {
	local tries=$(($1 * 10 * patience))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		usleep 100000
	done
}

# said FILE TEXT: is TEXT in a log?
said() {
	grep -qF -- "$2" "$1"
}

# note_log, logged TEXT: has a line of the kernel's log since then exactly this text of the module?
note_log() {
	dmesg | wc -l >$logs/noted
}

logged() {
	dmesg | tail -n +$(($(cat $logs/noted) + 1)) | sed 's/^\[[^]]*\] //' | tee $logs/logged.txt |
		grep -xF -- "vffa: $1"
}

# kernel_is_well: nothing in the kernel's log that should never be there.
reports='WARNING:|BUG[: ]|Oops|Unable to handle|refcount_t|Call trace|UBSAN|ODEBUG|INFO: (task|trying)|rcu.*stall'
kernel_is_well() {
	! dmesg | grep -E "$reports"
}

# nothing_leaks: kmemleak knows no object that nobody knows. It leaves young ones alone, and tells in the
# second scan those that are as they were in the first. A scan is refused where it has given up.
nothing_leaks() {
	sleep 6
	echo scan >$kmemleak && echo scan >$kmemleak && cat $kmemleak >$logs/kmemleak.txt || return
	! lost_of_others <$logs/kmemleak.txt | grep .
}

# lost_of_others: what kmemleak tells, but for what Linux loses of each PPI that is mapped and is no more:
# which CPUs have it enabled. irq_set_percpu_devid() has allocated that, and nothing frees it.
lost_of_others() {
	awk '
		function tell() { if (object !~ / irq_set_percpu_devid\+/) printf "%s", object; object = "" }
		/^unreferenced object/ { tell() }
		{ object = object $0 "\n" }
		END { tell() }'
}

# load_vffa [PARAMETER=VALUE...]
load_vffa() {
	insmod ./vffa.ko "$@"
}

# Tests with many short-lived VMs, one after the other: more than vffa lets OP-TEE be told of. It bears
# a hundred.
load_vffa_for_many() {
	load_vffa max_announcements=100
}

# has_buffers KIB: the SPMC took RX and TX of that size from the module.
has_buffers() {
	dmesg | grep -q "vffa: FF-A .*, RX/TX of $1 KiB"
}

# no_vms: every VM is gone from the relay, which is what lets the module go.
no_vms() {
	[ "$(cat /sys/module/vffa/refcnt)" = 0 ]
}
