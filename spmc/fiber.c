// SPDX-License-Identifier: GPL-2.0-only
/* Coroutines in a process, by ucontext. The sanitizers have to be told about every switch. */
#include "fiber.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#ifdef __has_feature
#define HAS_ASAN __has_feature(address_sanitizer)
#define HAS_TSAN __has_feature(thread_sanitizer)
#else
#ifdef __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#endif
#ifdef __SANITIZE_THREAD__
#define HAS_TSAN 1
#endif
#endif

#if HAS_ASAN
#include <sanitizer/common_interface_defs.h>
#define asan_start_switch  __sanitizer_start_switch_fiber
#define asan_finish_switch __sanitizer_finish_switch_fiber
#else
#define asan_start_switch(save, bottom, size)  ((void)(save))
#define asan_finish_switch(save, bottom, size) ((void)(save))
#endif

#if HAS_TSAN
#include <sanitizer/tsan_interface.h>
#define tsan_current	   __tsan_get_current_fiber
#define tsan_create(flags) __tsan_create_fiber(flags)
#define tsan_destroy	   __tsan_destroy_fiber
#define tsan_switch	   __tsan_switch_to_fiber
#else
#define tsan_current()		  NULL
#define tsan_create(flags)	  NULL
#define tsan_destroy(fiber)	  ((void)(fiber))
#define tsan_switch(fiber, flags) ((void)(fiber))
#endif

#define STACK_SIZE 0x10000

/* What the sanitizers know of one side of a switch. */
struct side {
	ucontext_t uc;
	void *fake_stack;
	const void *stack;
	size_t stack_size;
	void *tsan;
};

struct spmc_coro {
	struct side own;
	struct side host; /* whoever entered it */
	void (*entry)(void *arg);
	void *arg;
};

static void switch_sides(struct side *from, struct side *to)
{
	asan_start_switch(&from->fake_stack, to->stack, to->stack_size);
	tsan_switch(to->tsan, 0);
	(void)swapcontext(&from->uc, &to->uc);
}

/* makecontext() passes ints alone. */
static void start(unsigned int high, unsigned int low)
{
	struct spmc_coro *co = (void *)((uintptr_t)high << 32 | low);

	asan_finish_switch(NULL, &co->host.stack, &co->host.stack_size);
	co->entry(co->arg);
	abort();
}

static int prepare(struct spmc_coro *co)
{
	uint64_t addr = (uintptr_t)co;

	if (getcontext(&co->own.uc))
		return -1;
	co->own.uc.uc_stack.ss_sp = (void *)(uintptr_t)co->own.stack;
	co->own.uc.uc_stack.ss_size = co->own.stack_size;
	makecontext(&co->own.uc, (void (*)(void))start, 2, (unsigned int)(addr >> 32),
		    (unsigned int)addr);
	return 0;
}

struct spmc_coro *fiber_create(void (*entry)(void *arg), void *arg)
{
	struct spmc_coro *co = calloc(1, sizeof(*co));
	void *stack;

	if (!co)
		return NULL;
	stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED)
		goto err_free;

	co->entry = entry;
	co->arg = arg;
	co->own.stack = stack;
	co->own.stack_size = STACK_SIZE;
	if (prepare(co))
		goto err_unmap;
	co->own.tsan = tsan_create(0);
	return co;

err_unmap:
	munmap(stack, STACK_SIZE);
err_free:
	free(co);
	return NULL;
}

void fiber_destroy(struct spmc_coro *co)
{
	tsan_destroy(co->own.tsan);
	munmap((void *)(uintptr_t)co->own.stack, co->own.stack_size);
	free(co);
}

void fiber_enter(struct spmc_coro *co)
{
	co->host.tsan = tsan_current();
	switch_sides(&co->host, &co->own);
	asan_finish_switch(co->host.fake_stack, NULL, NULL);
}

void fiber_leave(struct spmc_coro *co)
{
	switch_sides(&co->own, &co->host);
	asan_finish_switch(co->own.fake_stack, &co->host.stack, &co->host.stack_size);
}
