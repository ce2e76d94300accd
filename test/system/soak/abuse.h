/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the abuser: see abuse.c. */
#ifndef ABUSE_H
#define ABUSE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/vffa.h>

#define ABUSE_NR_VMS  12
#define ABUSE_NR_KVMS 3
#define ABUSE_NR_SLOTS 4

#define ABUSE_PAGE     0x1000ull
#define ABUSE_RAM_BASE 0x40000000ull
#define ABUSE_RAM_SIZE 0x40000ull

struct abuser;

/* What the threads share. Descriptors are -1 where there is none. */
struct abuse {
	atomic_int vms[ABUSE_NR_VMS];
	atomic_int kvms[ABUSE_NR_KVMS];
	atomic_bool failed;
	int dev;
	int memfd;
	int eventfd;
	uint8_t *ram;
	struct abuser *first; /* the one that tells how far they are */
};

/* A thread. */
struct abuser {
	pthread_t thread;
	struct abuse *all;
	uint64_t row;
	unsigned int nr;
	unsigned int nr_served;
	unsigned int nr_answered; /* guests' calls that were not answered with an error */
	unsigned int nr_parked;	  /* calls that were parked */
	unsigned int nr_sent;	  /* shares, lends and donations that succeeded */
};

/* Room for every structure, and more. */
struct abuse_noise {
	uint64_t words[512];
};

/*
 * Each makes an argument of an ioctl: a request that is right in most fields, or in none, in @req,
 * or somewhere else where it has no business to be. Returns its address. @row is soak_random()'s.
 */
void *abuse_create(uint64_t *row, struct vffa_create_vm *req);
void *abuse_memory(uint64_t *row, uint8_t *ram, struct vffa_memory *req);
void *abuse_call(uint64_t *row, struct vffa_call_regs *req);
void *abuse_resume(uint64_t *row, struct vffa_resume_call *req);
void *abuse_window(uint64_t *row, struct vffa_window *req);
void *abuse_npi(uint64_t *row, int eventfd, struct vffa_npi_eventfd *req);
void *abuse_noise(uint64_t *row, struct abuse_noise *noise);

/**
 * abuse_step() - do one thing, at random
 *
 * Return: false when something was wrong; that is said.
 */
bool abuse_step(struct abuser *a);

/**
 * abuse_ioctl() - make an ioctl
 *
 * Return: false when what it returned is undocumented; that is said.
 */
bool abuse_ioctl(struct abuser *a, int fd, unsigned long request, void *arg);

/**
 * abuse_lend() - one thing as abuse_step(): a transaction of memory, from its beginning to some end
 *
 * Return: as abuse_step().
 */
bool abuse_lend(struct abuser *a);

/**
 * abuse_replace() - close a descriptor, wherever it is in use
 * @slot: where it is, if there is one
 * @fd:	  given: takes its place; -1 = nothing does
 */
void abuse_replace(atomic_int *slot, int fd);

/**
 * abuse_may_return() - does docs/uapi.md name this errno for this ioctl?
 * @request: VFFA_*, or any other
 * @err:     0 = it succeeded
 */
bool abuse_may_return(unsigned long request, int err);

#endif /* ABUSE_H */
