/* SPDX-License-Identifier: GPL-2.0-only */
/* Sends of guests: what they send, and its bytes. */
#ifndef VFFA_PROP_SEND_H
#define VFFA_PROP_SEND_H

#include "model.h"

/** send_random() - make up a send by @vm; most are good ones */
void send_random(struct model *m, struct rng *rng, unsigned int vm, struct mem *mem);

/** send_to() - the @n-th partition that memory is sent to; the first SEND_NR_BORROWERS retrieve it */
uint16_t send_to(uint32_t n);

#define SEND_NR_BORROWERS 8u

/** send_donation() - make up a good donation of a few pages by @vm, where nobody else has any */
void send_donation(struct model *m, struct rng *rng, unsigned int vm, struct mem *mem);

/**
 * send_spoil() - put a mistake into a send
 * @total: the length that will be stated
 *
 * Return: errors of which one must be given.
 */
uint32_t send_spoil(struct model *m, struct rng *rng, struct mem *mem, uint32_t *total);

/** send_head_size() - bytes in front of the ranges, in the version of its VM's guest */
uint32_t send_head_size(const struct model *m, const struct mem *mem);

/** send_encode() - the descriptor, up to range @end, to @buf; returns its length */
uint32_t send_encode(const struct model *m, const struct mem *mem, uint32_t end, uint8_t *buf);

/** send_encode_ranges() - ranges @first to @end, exclusive; returns their length */
uint32_t send_encode_ranges(const struct mem *mem, uint32_t first, uint32_t end, uint8_t *buf);

/**
 * send_encode_request() - a request to retrieve what @mem says, for @mem->vm
 * @buf: out
 *
 * Return: its length.
 */
uint32_t send_encode_request(const struct model *m, const struct mem *mem, uint8_t *buf);

#endif /* VFFA_PROP_SEND_H */
