// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: prop_mailbox [COUNT [SEED]]
 *
 * Plays COUNT (default: 1000) random sequences of calls about RX/TX and indirect messages by two VMs,
 * of messages from and to a partition, of what either is told of them, and of errors of the SPMC, against a
 * model that is a few variables, and the bytes of the message in each RX. Sequence n has seed SEED + n
 * (default: 1; "new" = any): one that fails can be played again as
 * "prop_mailbox 1 SEED". It is made as short as possible, and shown.
 */
#include <stdio.h>
#include <stdlib.h>

#include "seed.h"
#include "world.h"

#define MAX_STEPS 60
#define TX	  FAKE_RAM_IPA
#define RX	  (FAKE_RAM_IPA + 0x10000)

enum kind {
	MAP,
	UNMAP,
	LIST,
	RELEASE,
	WAIT,
	SEND,
	MAIL,
	GET,
	READ,
	RESTART,
	NR_KINDS
};

static const char *const names[] = { "map",  "unmap", "list", "release", "wait",
				     "send", "mail",  "get",  "read",	 "restart" };

/* @fails: the next call to the SPMC is refused with NO_MEMORY. */
struct step {
	enum kind kind;
	unsigned int vm;
	uint32_t nr_pages;
	uint32_t word;
	bool fails;
};

struct sequence {
	uint64_t seed;
	uint32_t spmc_minor;
	uint32_t minor[WORLD_NR_VMS];
	unsigned int nr_steps;
	struct step steps[MAX_STEPS];
};

/* Whose RX is, in the one place there is. */
enum owner {
	SPMC_OR_RELAY,
	GUEST_HAS_LIST,
	GUEST_HAS_MAIL
};

/*
 * @indirect, @notified: what the VM has
 * @word:    that a partition's message in its RX is made of
 * @pends:   the VM is to be told that RX is full
 * @is_told: it was, of the message that is in RX
 */
struct model {
	bool indirect[WORLD_NR_VMS];
	bool notified[WORLD_NR_VMS];
	uint32_t word[WORLD_NR_VMS];
	bool pends[WORLD_NR_VMS];
	bool is_told[WORLD_NR_VMS];
	uint32_t nr_pages[WORLD_NR_VMS];
	enum owner rx[WORLD_NR_VMS];
	bool receiver_full;
	unsigned int nr_sent;
	uint32_t last_word;
};

static uint64_t next(uint64_t *seed)
{
	uint64_t x = *seed += 0x9E3779B97F4A7C15ull;

	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ull;
	x = (x ^ x >> 27) * 0x94D049BB133111EBull;
	return x ^ x >> 31;
}

static struct sequence make_sequence(uint64_t seed)
{
	struct sequence seq = { .seed = seed };
	uint64_t s = seed;

	seq.spmc_minor = (uint32_t)(next(&s) % 3);
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		seq.minor[i] = (uint32_t)(next(&s) % 3);
	seq.nr_steps = 5 + (unsigned int)(next(&s) % (MAX_STEPS - 4));
	for (unsigned int i = 0; i < seq.nr_steps; i++)
		seq.steps[i] = (struct step){
			.kind = (enum kind)(next(&s) % NR_KINDS),
			.vm = (unsigned int)(next(&s) % WORLD_NR_VMS),
			.nr_pages = 1 + (uint32_t)(next(&s) % 16),
			.word = (uint32_t)next(&s),
			.fails = !(next(&s) % 6),
		};
	return seq;
}

static enum vffa_ret model_map(struct model *m, const struct step *s)
{
	if (m->nr_pages[s->vm])
		return VFFA_DENIED;
	if (m->indirect[s->vm] && s->fails)
		return VFFA_NO_MEMORY;
	m->nr_pages[s->vm] = s->nr_pages;
	return VFFA_OK;
}

static enum vffa_ret model_unmap(struct model *m, const struct step *s)
{
	if (!m->nr_pages[s->vm])
		return VFFA_INVALID_PARAMETERS;
	if (m->indirect[s->vm] && s->fails)
		return VFFA_NO_MEMORY;
	m->nr_pages[s->vm] = 0;
	m->rx[s->vm] = SPMC_OR_RELAY;
	m->is_told[s->vm] = false;
	return VFFA_OK;
}

static enum vffa_ret model_list(struct model *m, const struct step *s)
{
	if (!m->nr_pages[s->vm] || m->rx[s->vm] == GUEST_HAS_LIST)
		return VFFA_BUSY;
	if (m->indirect[s->vm] && s->fails)
		return VFFA_ABORTED;
	if (m->rx[s->vm] != SPMC_OR_RELAY)
		return VFFA_BUSY;
	m->rx[s->vm] = GUEST_HAS_LIST;
	return VFFA_OK;
}

static enum vffa_ret model_release(struct model *m, const struct step *s)
{
	if (!m->nr_pages[s->vm])
		return VFFA_DENIED;
	if (m->indirect[s->vm] && s->fails)
		return VFFA_NO_MEMORY;
	if (m->rx[s->vm] == SPMC_OR_RELAY)
		return VFFA_DENIED;
	m->rx[s->vm] = SPMC_OR_RELAY;
	m->is_told[s->vm] = false;
	return VFFA_OK;
}

/* Who has nothing to release waits all the same; what it may be waiting for is kept. */
static enum vffa_ret model_wait(struct model *m, const struct step *s)
{
	bool may_have_news = m->indirect[s->vm] && m->notified[s->vm] && m->nr_pages[s->vm] &&
			     m->rx[s->vm] != GUEST_HAS_LIST && !m->is_told[s->vm];
	enum vffa_ret ret = may_have_news ? VFFA_OK : model_release(m, s);

	return ret == VFFA_DENIED ? VFFA_OK : ret;
}

static void model_mail(struct model *m, const struct step *s)
{
	if (!m->indirect[s->vm] || !m->nr_pages[s->vm] || m->rx[s->vm] != SPMC_OR_RELAY)
		return;
	m->rx[s->vm] = GUEST_HAS_MAIL;
	m->word[s->vm] = s->word;
	m->pends[s->vm] = m->notified[s->vm];
}

static enum vffa_ret model_get(struct model *m, const struct step *s)
{
	if (!m->notified[s->vm])
		return VFFA_NOT_SUPPORTED;
	if (s->fails)
		return VFFA_NO_MEMORY;
	m->is_told[s->vm] |= m->pends[s->vm] && m->rx[s->vm] == GUEST_HAS_MAIL;
	m->pends[s->vm] = false;
	return VFFA_OK;
}

static enum vffa_ret model_send(struct model *m, const struct step *s)
{
	if (!m->indirect[s->vm])
		return VFFA_NOT_SUPPORTED;
	if (!m->nr_pages[s->vm])
		return VFFA_DENIED;
	if (s->fails)
		return VFFA_NO_MEMORY;
	if (m->receiver_full)
		return VFFA_BUSY;
	m->receiver_full = true;
	m->nr_sent++;
	m->last_word = s->word;
	return VFFA_OK;
}

static enum vffa_ret model_play(struct model *m, const struct step *s)
{
	switch (s->kind) {
	case MAP:
		return model_map(m, s);
	case UNMAP:
		return model_unmap(m, s);
	case LIST:
		return model_list(m, s);
	case RELEASE:
		return model_release(m, s);
	case WAIT:
		return model_wait(m, s);
	case SEND:
		return model_send(m, s);
	case MAIL:
		model_mail(m, s);
		break;
	case GET:
		return model_get(m, s);
	case READ:
		m->receiver_full = false;
		break;
	default:
		m->nr_pages[s->vm] = 0;
		m->rx[s->vm] = SPMC_OR_RELAY;
		m->pends[s->vm] = m->is_told[s->vm] = false;
		break;
	}
	return VFFA_OK;
}

static void write_message(struct fake_vm *vm, const struct step *s)
{
	const uint32_t header[5] = { 0, 0, 40, FAKE_ID(FAKE_SP_ECHO) | (uint32_t)vm->vm.id << 16,
				     4 };

	memset(vm->ram, 0, 40);
	memcpy(vm->ram, header, sizeof(header));
	memcpy(vm->ram + 40, &s->word, sizeof(s->word));
}

static enum vffa_ret status_of(struct vffa_regs regs)
{
	return regs.x[0] == FFA_ERROR ? (enum vffa_ret)regs.x[2] : VFFA_OK;
}

static uint8_t *rx_of(struct fake_vm *vm)
{
	return vm->ram + (RX - FAKE_RAM_IPA);
}

/* Of a message: often short, now and then as much as there is room for. */
static uint32_t size_of(uint32_t word, uint32_t room)
{
	return word % 4 ? word / 4 % 200 : room;
}

static uint8_t byte_of(uint32_t word, uint32_t i)
{
	return (uint8_t)(word + i * 7 + i / 256);
}

/* A partition sends the VM a message: the SPMC delivers it where it can, and says so. */
static void deliver(struct world *w, struct fake_vm *vm, uint32_t word)
{
	struct fake_spmc *spmc = &w->port.spmc;
	struct fake_pair *pair = fake_spmc_pair(spmc, vm->vm.id);
	uint32_t head = spmc->version < FFA_VERSION_1_2 ? 20 : 40;
	uint8_t *rx = rx_of(vm);
	uint32_t size;

	if (!pair || pair->state != FAKE_RX_EMPTY)
		return;
	pair->state = FAKE_RX_FULL;
	size = size_of(word, pair->nr_pages * FFA_PAGE_SIZE - head);
	memset(rx, 0, head);
	memcpy(rx,
	       (uint32_t[]){ 0, 0, head, vm->vm.id | (uint32_t)FAKE_ID(FAKE_SP_ECHO) << 16, size },
	       20);
	for (uint32_t i = 0; i < size; i++)
		rx[head + i] = byte_of(word, i);
	if (spmc->notifs[vm->vm.id].created)
		spmc->notifs[vm->vm.id].framework = FFA_NOTIF_RX_FULL;
}

/* The answer says that RX is full, and nothing else, if and only if that pends. */
static enum vffa_ret get(struct fake_vm *vm, bool pends)
{
	struct vffa_regs regs = CALL(vm, FFA_NOTIFICATION_GET, vm->vm.id, FFA_NOTIF_GET_ALL);

	if (regs.x[0] == FFA_SUCCESS_32 && regs.x[6] != (pends ? FFA_NOTIF_RX_FULL : 0))
		return VFFA_NO_DATA;
	return status_of(regs);
}

/* The SPMC says that the partition has a message, it is given cycles, once, and reads that. */
static void read_mail(struct world *w)
{
	struct fake_part *echo = &w->port.spmc.parts[FAKE_SP_ECHO];
	unsigned int before = echo->turns;

	if (echo->rx_full && w->relay.spmc.sri) {
		fake_spmc_script(&w->port.spmc, FFA_NOTIFICATION_INFO_GET_64,
				 (struct vffa_regs){ { FFA_SUCCESS_64, 0, 1 << 7, echo->id } });
		while (vffa_sri(&w->relay))
			;
		if (vffa_turns(&w->relay) || echo->turns != before + 1)
			fake_complain(&w->port, "a partition has a message, and no turn");
	}
	echo->rx_full = false;
}

static enum vffa_ret play(struct world *w, const struct sequence *seq, const struct step *s,
			  bool pends)
{
	struct fake_vm *vm = &w->vms[s->vm];

	switch (s->kind) {
	case MAP:
		return status_of(CALL(vm, FFA_RXTX_MAP_64, TX, RX, s->nr_pages));
	case UNMAP:
		return status_of(CALL(vm, FFA_RXTX_UNMAP));
	case LIST:
		return status_of(CALL(vm, FFA_PARTITION_INFO_GET));
	case RELEASE:
		return status_of(CALL(vm, FFA_RX_RELEASE));
	case WAIT:
		return status_of(CALL(vm, FFA_MSG_WAIT));
	case SEND:
		write_message(vm, s);
		return status_of(CALL(vm, FFA_MSG_SEND2));
	case MAIL:
		deliver(w, vm, s->word);
		break;
	case GET:
		return get(vm, pends);
	case READ:
		read_mail(w);
		break;
	default:
		world_stop_vm(w, s->vm);
		if (vffa_vm_restart(&vm->vm))
			return VFFA_ABORTED;
		world_negotiate(w, s->vm, seq->minor[s->vm]);
		break;
	}
	return VFFA_OK;
}

/* What the SPMC thinks of RX. */
static enum fake_rx secure_view(enum owner rx)
{
	static const enum fake_rx views[] = {
		[SPMC_OR_RELAY] = FAKE_RX_EMPTY,
		[GUEST_HAS_LIST] = FAKE_RX_ELSEWHERE,
		[GUEST_HAS_MAIL] = FAKE_RX_FULL,
	};

	return views[rx];
}

/*
 * The message is in RX as it was sent, byte by byte. Of a guest of 1.2 that was told of it the header is
 * 1.2's, where that leaves room.
 */
static const char *check_mail(struct world *w, const struct model *m, unsigned int n,
			      uint32_t minor)
{
	struct fake_vm *vm = &w->vms[n];
	const uint8_t *rx = rx_of(vm);
	uint32_t room = m->nr_pages[n] * FFA_PAGE_SIZE;
	uint32_t head = w->port.spmc.version < FFA_VERSION_1_2 ? 20 : 40;
	uint32_t size = size_of(m->word[n], room - head);
	uint32_t fields[5];

	memcpy(fields, rx, sizeof(fields));
	if (fields[0] || fields[1] || fields[4] != size ||
	    fields[3] != (vm->vm.id | (uint32_t)FAKE_ID(FAKE_SP_ECHO) << 16))
		return "the header in RX is another";
	if (m->is_told[n] && minor >= 2 && size <= room - 40)
		head = 40;
	if (fields[2] != head)
		return "the header in RX is of another version";
	for (uint32_t i = 0; i < size; i++) {
		if (rx[head + i] != byte_of(m->word[n], i))
			return "the message in RX is another";
	}
	return NULL;
}

/* NULL, or what does not hold. */
static const char *check_vm(struct world *w, const struct model *m, unsigned int n)
{
	const struct fake_vm *vm = &w->vms[n];
	const struct fake_pair *pair = fake_spmc_pair(&w->port.spmc, vm->vm.id);
	bool is_shared = m->indirect[n] && m->nr_pages[n];

	if (vm->nr_pinned != 2 * m->nr_pages[n])
		return "pages are pinned that are no buffer's, or the opposite";
	if (vm->nr_own != (is_shared ? m->nr_pages[n] : 0))
		return "the relay has memory of its own for nothing, or none";
	if (!pair != !is_shared)
		return "the SPMC has buffers that it should not have, or the opposite";
	if (pair && pair->state != secure_view(m->rx[n]))
		return "RX is another's at the SPMC";
	return NULL;
}

static const char *check(struct world *w, const struct model *m, const struct sequence *seq)
{
	const struct fake_spmc *spmc = &w->port.spmc;
	const char *wrong = NULL;

	for (unsigned int n = 0; n < WORLD_NR_VMS && !wrong; n++)
		wrong = check_vm(w, m, n);
	for (unsigned int n = 0; n < WORLD_NR_VMS && !wrong; n++) {
		if (m->rx[n] == GUEST_HAS_MAIL)
			wrong = check_mail(w, m, n, seq->minor[n]);
	}
	if (wrong)
		return wrong;
	if (spmc->parts[FAKE_SP_ECHO].mail != m->nr_sent)
		wrong = "a message is lost, or there twice";
	else if (m->nr_sent && memcmp(spmc->mail.payload, &m->last_word, sizeof(m->last_word)))
		wrong = "another message than was sent";
	if (w->port.complaint)
		wrong = w->port.complaint;
	if (spmc->complaint)
		wrong = spmc->complaint;
	return wrong;
}

static const char *play_steps(struct world *w, const struct sequence *seq, bool show)
{
	struct model m = { 0 };
	const char *wrong = NULL;

	for (unsigned int n = 0; n < WORLD_NR_VMS; n++) {
		m.indirect[n] = seq->spmc_minor && seq->minor[n];
		m.notified[n] = seq->minor[n] && vffa_vm_npi(&w->vms[n].vm);
	}
	for (unsigned int i = 0; i < seq->nr_steps && !wrong; i++) {
		const struct step *s = &seq->steps[i];
		bool fails = s->fails && s->kind != RESTART && s->kind != READ;
		bool pends = m.pends[s->vm];
		enum vffa_ret want = model_play(&m, s);
		enum vffa_ret got;

		if (fails)
			fake_fail(&w->port, FAKE_OP_SMC, 1, VFFA_NO_MEMORY);
		got = play(w, seq, s, pends);
		fake_fail(&w->port, FAKE_OP_SMC, 0, VFFA_OK);
		wrong = got == want ? check(w, &m, seq) : "another answer than the model's";
		if (show)
			printf("# VM %u: %s%s: %s, model: %s\n", s->vm, names[s->kind],
			       fails ? " (the SPMC fails)" : "", vffa_ret_str(got),
			       vffa_ret_str(want));
	}
	return wrong;
}

/* NULL, or what does not hold. What is left after a failure is left. */
static const char *try_sequence(const struct sequence *seq, bool show)
{
	struct world *w;
	void *state;
	const char *wrong;

	if (world_setup(&state))
		abort();
	w = state;
	w->port.spmc.version = FFA_VERSION_MAKE(1, seq->spmc_minor);
	w->port.spmc.sri = 8;
	w->npi = FAKE_NPI;
	if (!seq->spmc_minor)
		w->port.spmc.desc_size = FFA_PARTITION_INFO_SIZE_1_0;
	if (vffa_relay_start(&w->relay, &w->config))
		abort();
	for (unsigned int n = 0; n < WORLD_NR_VMS; n++) {
		if (world_start_vm(w, n))
			abort();
		world_negotiate(w, n, seq->minor[n]);
	}
	wrong = play_steps(w, seq, show);
	if (!wrong)
		world_teardown(&state);
	return wrong;
}

/* Leave out each step without which it still fails, until there is none. */
static struct sequence shrink(struct sequence seq)
{
	for (unsigned int i = 0; i < seq.nr_steps;) {
		struct sequence rest = seq;

		rest.nr_steps--;
		memmove(&rest.steps[i], &rest.steps[i + 1],
			(rest.nr_steps - i) * sizeof(rest.steps[0]));
		if (!try_sequence(&rest, false)) {
			i++;
			continue;
		}
		seq = rest;
		i = 0;
	}
	return seq;
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
	uint64_t first = seed_get(argc > 2 ? argv[2] : "1");
	const char *wrong = NULL;

	printf("1..1\n");
	for (unsigned long i = 0; i < count && !wrong; i++) {
		struct sequence seq = make_sequence(first + i);

		wrong = try_sequence(&seq, false);
		if (!wrong)
			continue;
		printf("# seed %llu: %s\n", (unsigned long long)seq.seed, wrong);
		seq = shrink(seq);
		printf("# SPMC 1.%u, VMs 1.%u and 1.%u\n", seq.spmc_minor, seq.minor[0],
		       seq.minor[1]);
		(void)try_sequence(&seq, true);
	}
	printf("%sok 1 - %lu sequences from seed %llu\n", wrong ? "not " : "", count,
	       (unsigned long long)first);
	fflush(stdout);
	/* What failed is left as it was: nothing to tell of that. */
	if (wrong)
		_Exit(1);
	return 0;
}
