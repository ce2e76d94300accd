# SPDX-License-Identifier: GPL-2.0-only
#
# The front door. Meson builds user space, Kbuild the modules; scripts/build calls both.

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

demo: ## boot the machine and show a Debian guest that talks to OP-TEE through vffa
	@demo/run

check: ## build and run every test, those on the machine too
	@scripts/check all

check-debug: ## run system tests on a kernel with KASAN, lockdep and so on; builds it the first time
	@scripts/check debug

check-fast: ## build and run the tests that need no machine; well under a minute
	@scripts/check fast

check-long: ## run what takes hours: soak, models, fuzzers (FUZZ_SECONDS=n each), OP-TEE's own tests
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) scripts/check long

fuzz: ## look for what breaks the relay: a minute for each fuzzer, or FUZZ_SECONDS=n
	@test/fuzz/run $(FUZZ_SECONDS)

bench: ## count instructions per call on the machine
	@test/bench/run

format: ## format the lines you changed
	@scripts/format

clean: ## remove everything that was built here (downloads stay in the cache)
	rm -rf build

.PHONY: help demo check check-debug check-fast check-long fuzz bench format clean
