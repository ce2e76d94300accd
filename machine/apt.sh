# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A private apt root inside the cache.  It knows more suites than the system,
# and arm64, while the system's own configuration is only read: mirrors, proxies
# and credentials come from there at run time and are written nowhere else.

apt_root=$cache/apt

# Debian releases whose packages may be taken, oldest first.
apt_releases='bookworm trixie'

# uri_of PATTERN: the archive that the system uses for a release.
uri_of() {
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		awk -v pattern="$1" '$1 !~ /^cdrom:/ && $2 ~ pattern && $3 == "main" { print $1; exit }'
}

# Prints "URI SUITE" for every suite.  A release's security archive has the
# fixes first; the others carry them after a point release, so it may be absent.
apt_suites() {
	local main security release
	main=$(uri_of '^(bookworm|trixie|stable|oldstable)$')
	security=$(uri_of -security)
	[ -n "$main" ] || die "the system's apt sources name no Debian archive (main) to take packages from"
	for release in $apt_releases; do
		echo "$main $release"
		echo "$main $release-backports"
		[ -z "$security" ] || echo "$security $release-security"
	done
	echo "$main sid"
}

apt_write_config() {
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg options='' uri suite
	[ ! -e $keyring ] || options=" [signed-by=$keyring]"
	mkdir -p "$apt_root"/{lists/partial,archives/partial,etc}
	: >"$apt_root/status"
	apt_suites | while read -r uri suite; do
		echo "deb$options $uri $suite main"
		echo "deb-src$options $uri $suite main"
	done >"$apt_root/etc/sources.list.$$"
	mv "$apt_root/etc/sources.list.$$" "$apt_root/etc/sources.list"

	# Read after the system's configuration, whose hooks are for the system.
	cat >"$apt_root/etc/apt.conf.$$" <<-END
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	APT::Architecture "$(build_arch)";
	#clear APT::Architectures;
	APT::Architectures { "$(build_arch)"; "arm64"; };
	APT::Sandbox::User "";
	APT::Install-Recommends "false";
	APT::Get::List-Cleanup "false";
	Acquire::Languages "none";
	Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
	Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
	Acquire::PDiffs "false";
	Acquire::Retries "3";
	Dir::State "$apt_root";
	Dir::State::lists "$apt_root/lists/";
	Dir::State::status "$apt_root/status";
	Dir::Cache "$apt_root";
	Dir::Cache::archives "$apt_root/archives/";
	Dir::Cache::pkgcache "pkgcache.bin";
	Dir::Cache::srcpkgcache "srcpkgcache.bin";
	Dir::Etc::sourcelist "$apt_root/etc/sources.list";
	Dir::Etc::sourceparts "/dev/null";
	Dir::Etc::preferences "/dev/null";
	Dir::Etc::preferencesparts "/dev/null";
	END
	mv "$apt_root/etc/apt.conf.$$" "$apt_root/etc/apt.conf"
}

apt_get_private() {
	apt-get -q -y -c "$apt_root/etc/apt.conf" "$@"
}

apt_cache_private() {
	apt-cache -q -c "$apt_root/etc/apt.conf" "$@"
}

# Not every archive has every suite: one that is absent is named, and matters
# only if a package is missing in the end.
apt_update() {
	local log=$cache/logs/apt-update.log
	step "apt: reading the package lists of $(apt_suites | awk '{ printf "%s ", $2 }')"
	apt_write_config
	mkdir -p "$cache/logs"
	if ! apt_get_private update >"$log" 2>&1; then
		sed -n 's/^[EW]: /apt: /p' "$log" | sed -E 's#[a-z+]+://[^ ]*#(archive)#g' >&2
	fi
	ls "$apt_root"/lists/*_Packages* >/dev/null 2>&1 || {
		log_tail "$log" "apt: no package list could be read"
		return 1
	}
	touch "$apt_root/stamp"
}

# apt_ensure_lists: lists are there, and refreshed when older than a day, which
# is about how long Debian's pool keeps what they name.  Stale lists are better
# than none: without a network, what was downloaded before still works.
apt_ensure_lists() {
	with_lock apt apt_ensure_lists_locked
}

apt_ensure_lists_locked() {
	if [ ! -e "$apt_root/stamp" ] || [ ! -e "$apt_root/etc/apt.conf" ]; then
		apt_update
	elif [ -n "$(find "$apt_root/stamp" -mmin +1440)" ]; then
		apt_update || say "apt: going on with the old package lists"
	fi
}

# apt_versions PACKAGE[:ARCH] binary|source: "VERSION SUITE", newest first.
apt_versions() {
	local kind=Packages
	[ "$2" = binary ] || kind=Sources
	with_lock apt apt_cache_private madison "$1" |
		sed -nE "s#^ *([^ ]+) \\| *([^ ]+) \\|.* ([^ /]+)/main .*$kind\$#\\1 \\2 \\3#p" |
		awk -v name="${1%%:*}" '{ sub(/:.*/, "", $1) } $1 == name { print $2, $3 }'
}

# What machine/versions says about PACKAGE of PART; a line for "optee" holds for
# "optee-plain", too.
recorded_version() {
	awk -v part="$1" -v package="$2" \
		'($1 == part || index(part, $1 "-") == 1) && $2 == package { print $3; exit }' \
		"$machine_dir/versions"
}

# note_version PART PACKAGE VERSION: says so when it is not the one last tested.
note_version() {
	local recorded
	recorded=$(recorded_version "$1" "$2")
	if [ "$recorded" != "$3" ]; then
		step "$1: using $2 $3 (last tested: ${recorded:-none recorded})"
	fi
}

# apt_candidates PART PACKAGE[:ARCH] binary|source SUITE...: versions to try, one
# per line: the one last tested if the lists still have it, then the newest of
# each SUITE in the order given, then all others from the newest down.
apt_candidates() {
	local part=$1 package=$2 kind=$3 versions recorded suite
	shift 3
	versions=$(apt_versions "$package" "$kind")
	if [ -z "$versions" ]; then
		say "$part: Debian's package lists have no $kind package '$package' (any more)"
		say "$part: look for its new name at Debian's package tracker and correct machine/parts/"
		return 1
	fi
	recorded=$(recorded_version "$part" "${package%%:*}")
	{
		awk -v want="$recorded" '$1 == want { print $1 }' <<<"$versions"
		for suite; do
			awk -v suite="$suite" '$2 == suite { print $1 }' <<<"$versions" | newest_first | head -n 1
		done
		awk '{ print $1 }' <<<"$versions" | newest_first
	} | awk '!seen[$0]++'
}

# Debian's order is not sort -V's (a tilde sorts before the end).
newest_first() {
	local sorted=() version i
	while read -r version; do
		for ((i = 0; i < ${#sorted[@]}; i++)); do
			! dpkg --compare-versions "$version" gt "${sorted[i]}" || break
		done
		sorted=("${sorted[@]:0:i}" "$version" "${sorted[@]:i}")
	done
	[ ${#sorted[@]} = 0 ] || printf '%s\n' "${sorted[@]}"
}

# Runs one download; its output goes to a log.  Status 75 means that the archive
# does not have the file: the caller tries another version, or machine/setup
# refreshes the lists and starts the part over.
apt_fetching() {
	local log=$cache/logs/download.log
	mkdir -p "$cache/logs"
	with_lock apt "$@" >"$log" 2>&1 </dev/null || return 75
}

apt_skipping() {
	step "$1: $2 $3 is listed but cannot be downloaded; trying another version"
}

apt_nothing_fetched() {
	log_tail "$cache/logs/download.log" "$1" 6
	return 75
}

apt_fetch_package() {
	# A directory for each: what apt-get calls the file is its own business.
	local dir=$apt_root/pool/packages/${1//[:\/]/_}
	mkdir -p "$dir"
	cd "$dir" && apt_get_private download "$1"
}

apt_fetch_source() {
	local dir=$apt_root/pool/sources/${1//[:\/]/_}
	mkdir -p "$dir"
	cd "$dir" && apt_get_private source --download-only "$1"
}

# apt_extract DEST PACKAGE[:ARCH][=VERSION]...: downloads and unpacks packages.
apt_extract() {
	local dest=$1 package
	shift
	mkdir -p "$dest"
	for package; do
		(apt_fetching apt_fetch_package "$package") ||
			{ apt_nothing_fetched "could not download package $package"; return; }
		dpkg -x "$apt_root/pool/packages/${package//[:\/]/_}"/*.deb "$dest" || return
	done
}

# apt_package PART DEST PACKAGE[:ARCH] SUITE...: one package, of the first
# candidate version that the archive really has; prints the version.
apt_package() {
	local part=$1 dest=$2 package=$3 candidates version
	shift 3
	candidates=$(apt_candidates "$part" "$package" binary "$@") || return
	for version in $candidates; do
		(apt_fetching apt_fetch_package "$package=$version") ||
			{ apt_skipping "$part" "$package" "$version"; continue; }
		apt_extract "$dest" "$package=$version" || return
		note_version "$part" "${package%%:*}" "$version"
		echo "$version"
		return
	done
	apt_nothing_fetched "$part: no version of package $package could be downloaded"
}

# apt_source PART DEST PACKAGE SUITE...: unpacks a source package, patched, as
# DEST; prints the version.
apt_source() {
	local part=$1 dest=$2 package=$3 candidates version
	shift 3
	candidates=$(apt_candidates "$part" "$package" source "$@") || return
	for version in $candidates; do
		(apt_fetching apt_fetch_source "$package=$version") ||
			{ apt_skipping "$part" "$package" "$version"; continue; }
		dpkg-source --no-check -x \
			"$apt_root/pool/sources/$package=${version//[:\/]/_}"/*.dsc "$dest" >&2 || return
		note_version "$part" "$package" "$version"
		echo "$version"
		return
	done
	apt_nothing_fetched "$part: no version of source package $package could be downloaded"
}

# The package lists of one release alone: apt would mix all it knows.
apt_closure_install() {
	local release=$1 sources=$apt_root/etc/sources-$1.list
	shift
	grep -E " $release(|-security|-backports) " "$apt_root/etc/sources.list" >"$sources"
	apt_get_private -o Dir::Etc::sourcelist="$sources" -o Dir::Cache::pkgcache= \
		-o Dir::Cache::srcpkgcache= -o Debug::NoLocking=true \
		-o APT::Keep-Downloaded-Packages=true -t "$release-backports" install "$@"
}

# apt_closure PART DEST PACKAGE RELEASE: a package and everything it depends on,
# C library included, all from one release and its backports; prints the
# package's version.  What private_program runs then needs nothing of the
# system but its kernel.
apt_closure() {
	local part=$1 dest=$2 package=$3 release=$4 names name version
	mkdir -p "$dest" "$apt_root/archives/partial" "$apt_root/none/partial"
	# With an empty archive directory apt names every file, else only what is
	# still to be downloaded.
	names=$(with_lock apt apt_closure_install "$release" --print-uris \
		-o Dir::Cache::archives="$apt_root/none/" "$package" |
		sed -nE "s/^'[^']*' ([^ ]+) .*/\1/p")
	apt_fetching apt_closure_install "$release" --download-only "$package" || return
	for name in $names; do
		dpkg -x "$apt_root/archives/$name" "$dest" || return
	done
	version=$(dpkg-deb -f "$apt_root/archives/$package"_*.deb Version | tail -n 1)
	note_version "$part" "$package" "$version"
	echo "$version"
}

# private_program ROOT PROGRAM LIBRARY_ROOT [ARG...]: turns PROGRAM, a file below
# ROOT, into a wrapper that runs the original (now PROGRAM.bin) with the dynamic
# linker and the libraries found below LIBRARY_ROOT, and with ARGs in front.
# Everything is found relative to the wrapper, so ROOT may be moved afterwards;
# ARGs may use \$root.  LIBRARY_ROOT is inside ROOT.
private_program() {
	local root=$1 program=$2 libraries=$3 up linker dirs='' dir
	shift 3
	up=$(realpath --relative-to="$(dirname "$program")" "$root")
	# The usual path of the linker is a symbolic link, maybe out of the root.
	linker=$(find "$libraries" -type f -name 'ld-linux-*.so.*' | head -n 1)
	[ -n "$linker" ] || die "no dynamic linker below $libraries"
	for dir in "$libraries"/lib/*-linux-gnu "$libraries"/usr/lib/*-linux-gnu; do
		[ ! -d "$dir" ] || dirs="$dirs:\$root/$(realpath --relative-to="$root" "$dir")"
	done
	linker=$(realpath --relative-to="$root" "$linker")
	[ -e "$program.bin" ] || mv "$program" "$program.bin"
	cat >"$program" <<-END
	#!/bin/sh
	self=\$(readlink -f -- "\$0")
	root=\${self%/*}/$up
	exec "\$root/$linker" --library-path "${dirs#:}" "\$self.bin" $* "\$@"
	END
	chmod 755 "$program"
}
