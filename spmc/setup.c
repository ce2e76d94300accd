// SPDX-License-Identifier: GPL-2.0-only
/* Version, features, ids (FF-A 1.2, "Setup and discovery interfaces"). Both worlds. */
#include "setup.h"

#include "dispatch.h"

/*
 * The answer is the callee's own version, in w0. The lower of the two is settled: who wanted more may
 * ask again, but Linux does not and goes on with what it was told.
 */
static uint32_t negotiate(const struct call *c, struct version *v, uint32_t wanted)
{
	unsigned int own = c->spmc->cfg.minor;
	unsigned int minor = wanted & 0xFFFFu;

	if (wanted & 0x80000000u || wanted >> 16 != 1)
		return (uint32_t)E_NOT_SUPPORTED;
	if (minor > own)
		minor = own;
	if (v->locked && v->minor != minor)
		return (uint32_t)E_NOT_SUPPORTED;

	v->minor = (uint8_t)minor;
	return FFA_VERSION_1(own);
}

int do_version(struct call *c)
{
	struct version *v = c->ctx ? &c->ctx->part->version : &c->spmc->nwd;
	uint32_t answer = (uint32_t)E_NOT_SUPPORTED;

	if (mbz(c, 2, 7))
		answer = negotiate(c, v, (uint32_t)c->regs->x[1]);
	regs_zero(c->regs, 0, VFFA_NR_REGS - 1);
	c->regs->x[0] = answer;
	return 0;
}

/*
 * SPEC-GAP: no partition here takes virtual interrupts: neither the notification pending nor the
 * managed exit interrupt. Partitions look for notifications whenever they run.
 */
static int offers_feature(const struct call *c, uint32_t id, uint32_t *w2, uint32_t *w3)
{
	uint32_t sri = c->spmc->cfg.sri_intid;

	if (id != FEATURE_SRI || c->ctx || !c->minor || !sri || c->regs->x[2])
		return E_NOT_SUPPORTED;
	*w2 = sri;
	*w3 = 0;
	return 0;
}

int do_features(struct call *c)
{
	uint32_t id = (uint32_t)c->regs->x[1];
	uint32_t w2;
	uint32_t w3;
	int err;

	if (!mbz(c, 3, 7))
		return E_NOT_SUPPORTED;
	err = id & FEATURE_IS_FN ? spmc_offers(c, id, (uint32_t)c->regs->x[2], &w2, &w3)
				 : offers_feature(c, id, &w2, &w3);
	if (err)
		return err;

	reply_success(c);
	c->regs->x[2] = w2;
	c->regs->x[3] = w3;
	return 0;
}

int do_id_get(struct call *c)
{
	uint16_t id = call_id(c);

	if (!mbz(c, 1, 7))
		return E_INVALID;
	reply_success(c);
	c->regs->x[2] = id;
	return 0;
}

int do_spm_id_get(struct call *c)
{
	if (!mbz(c, 1, 7))
		return E_INVALID;
	reply_success(c);
	c->regs->x[2] = c->spmc->cfg.id;
	return 0;
}
