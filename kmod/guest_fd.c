// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a guest, and its ioctls: arguments in, one call, results out.
 *
 * Structures are copied in once; fields that must be zero are checked before anything happens.
 */
#include "guest_fd.h"

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#include <uapi/linux/vffa.h>

#include "account.h"
#include "call.h"
#include "guest.h"
#include "hook.h"
#include "rules.h"

static long get_info(struct vffa_guest *guest, struct vffa_vm_info __user *arg)
{
	struct vffa_vm_info info = {
		.ffa_version = vffa_vm_version(&guest->vm),
		.state = vffa_guest_state(guest),
		.id = guest->vm.id,
		.nr_vcpus = guest->vm.nr_vcpus,
		.pinned_pages = vffa_guest_mem_pages(&guest->mem),
	};

	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long set_memory(struct vffa_guest *guest, const struct vffa_memory __user *arg)
{
	struct vffa_memory req;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	return vffa_guest_mem_set(&guest->mem, &req);
}

static long set_window(struct vffa_guest *guest, const struct vffa_window __user *arg)
{
	struct vffa_window req;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	return vffa_window_set(&guest->window, &req);
}

static long bind_kvm(struct vffa_guest *guest, const struct vffa_bind_kvm __user *arg)
{
	struct vffa_bind_kvm req;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.flags)
		return -EINVAL;
	if (mutex_lock_killable(&guest->setup))
		return -EINTR;
	err = vffa_hook_bind(guest, req.kvm_fd);
	mutex_unlock(&guest->setup);

	return err;
}

static long set_npi_eventfd(struct vffa_guest *guest, const struct vffa_npi_eventfd __user *arg)
{
	struct vffa_npi_eventfd req;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.flags || req.pad)
		return -EINVAL;
	return vffa_npi_set_eventfd(guest, req.vcpu, req.fd);
}

static long call(struct vffa_guest *guest, struct vffa_call_regs __user *arg)
{
	struct vffa_call_regs regs;
	int err;

	if (copy_from_user(&regs, arg, sizeof(regs)))
		return -EFAULT;
	err = vffa_call_from_ioctl(guest, &regs);
	if (err)
		return err;
	return copy_to_user(arg, &regs, sizeof(regs)) ? -EFAULT : 0;
}

static long resume(struct vffa_guest *guest, struct vffa_resume_call __user *arg)
{
	struct vffa_resume_call regs;
	int err;

	if (copy_from_user(&regs, arg, sizeof(regs)))
		return -EFAULT;
	err = vffa_call_resume(guest, &regs);
	if (err)
		return err;
	return copy_to_user(arg, &regs, sizeof(regs)) ? -EFAULT : 0;
}

static long get_exit(struct vffa_guest *guest, struct vffa_parked_call __user *arg)
{
	struct vffa_parked_call req;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	err = vffa_call_get_exit(guest, &req);
	if (err)
		return err;
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

static long reset(struct vffa_guest *guest)
{
	int err;

	if (mutex_lock_killable(&guest->setup))
		return -EINTR;
	err = vffa_guest_reset(guest);
	mutex_unlock(&guest->setup);

	return err;
}

static long guest_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vffa_guest *guest = file->private_data;
	void __user *user = (void __user *)arg;

	/* A forked child, or whoever was sent the descriptor: not its memory, not its guest. */
	if (current->mm != guest->mm)
		return -EIO;

	switch (cmd) {
	case VFFA_VM_GET_INFO:
		return get_info(guest, user);
	case VFFA_VM_SET_MEMORY:
		return set_memory(guest, user);
	case VFFA_VM_SET_WINDOW:
		return set_window(guest, user);
	case VFFA_VM_BIND_KVM:
		return bind_kvm(guest, user);
	case VFFA_VM_CALL:
		return call(guest, user);
	case VFFA_VM_RESUME:
		return resume(guest, user);
	case VFFA_VM_RESET:
		return reset(guest);
	case VFFA_VM_GET_EXIT:
		return get_exit(guest, user);
	case VFFA_VM_SET_NPI_EVENTFD:
		return set_npi_eventfd(guest, user);
	default:
		return -ENOTTY;
	}
}

static int guest_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vffa_guest *guest = file->private_data;

	if (current->mm != guest->mm)
		return -EIO;
	return vffa_window_mmap(&guest->window, vma);
}

static int guest_release(struct inode *inode, struct file *file)
{
	vffa_guest_close(file->private_data);
	return 0;
}

static const struct file_operations guest_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = guest_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = guest_mmap,
	.release = guest_release,
	.llseek = noop_llseek,
};

static int check_create(const struct vffa_create_vm *req)
{
	if (req->flags &
	    ~(VFFA_CREATE_MAY_DONATE | VFFA_CREATE_PARTITIONS | VFFA_CREATE_NPI_EVENTFD))
		return -EINVAL;
	if (req->npi ? !vffa_npi_is_possible(req->npi) : req->flags & VFFA_CREATE_NPI_EVENTFD)
		return -EINVAL;
	if (!(req->flags & VFFA_CREATE_PARTITIONS) && (req->nr_partitions || req->partitions))
		return -EINVAL;
	if (req->nr_partitions > VFFA_MAX_CREATE_PARTITIONS)
		return -EINVAL;
	if (memchr_inv(req->limits.pad, 0, sizeof(req->limits.pad)))
		return -EINVAL;
	if (!req->nr_vcpus || req->nr_vcpus > VFFA_MAX_VCPUS)
		return -EINVAL;
	return 0;
}

/* 0 stands for all that is allowed. */
static int apply_limit(u32 *wanted, const unsigned int *limit)
{
	u32 allowed = READ_ONCE(*limit);

	if (*wanted > allowed)
		return -EPERM;
	if (!*wanted)
		*wanted = allowed;
	return 0;
}

static int apply_limits(struct vffa_create_vm *req)
{
	struct vffa_vm_limits *limits = &req->limits;

	if (apply_limit(&limits->handles, &vffa_limits.vm_handles) ||
	    apply_limit(&limits->fragmented, &vffa_limits.vm_fragmented) ||
	    apply_limit(&limits->fragment_ms, &vffa_limits.fragment_ms) ||
	    apply_limit(&limits->pieces, &vffa_limits.vm_pieces))
		return -EPERM;
	/* The administrator's limit holds beside this one, as it is when pages are pinned. */
	if (limits->pinned_pages > READ_ONCE(vffa_limits.vm_pages))
		return -EPERM;
	if ((req->flags & VFFA_CREATE_MAY_DONATE) && !READ_ONCE(vffa_limits.donate))
		return -EPERM;
	return 0;
}

/* What the VMM wants its VM to see, or NULL for everything. */
static int take_wanted(const struct vffa_create_vm *req, struct vffa_part_rules **wanted)
{
	*wanted = NULL;
	if (!(req->flags & VFFA_CREATE_PARTITIONS))
		return 0;
	*wanted = vffa_rules_of_uuids(u64_to_user_ptr(req->partitions), req->nr_partitions);
	return PTR_ERR_OR_ZERO(*wanted);
}

/* A file that owns a new guest: closing it is all that is needed to undo this. */
static struct file *open_guest(const struct vffa_create_vm *req)
{
	struct vffa_guest_config config = {
		.nr_vcpus = req->nr_vcpus,
		.max_pages = req->limits.pinned_pages ?: U32_MAX,
		.mem = {
			.nr_handles = req->limits.handles,
			.nr_fragmented = req->limits.fragmented,
			.nr_pieces = req->limits.pieces,
			.frag_ns = (u64)req->limits.fragment_ms * NSEC_PER_MSEC,
			.may_donate = req->flags & VFFA_CREATE_MAY_DONATE,
		},
		.npi = req->npi,
		.npi_by_eventfd = req->flags & VFFA_CREATE_NPI_EVENTFD,
	};
	struct vffa_part_rules *wanted;
	struct vffa_guest *guest;
	struct file *file;
	int err;

	err = take_wanted(req, &wanted);
	if (err)
		return ERR_PTR(err);
	config.wanted = wanted;
	guest = vffa_guest_create(&config);
	kvfree(wanted);
	if (IS_ERR(guest))
		return ERR_CAST(guest);
	file = anon_inode_getfile("vffa-vm", &guest_fops, guest, O_RDWR);
	if (IS_ERR(file))
		vffa_guest_close(guest);
	return file;
}

static u16 id_of(const struct file *file)
{
	const struct vffa_guest *guest = file->private_data;

	return guest->vm.id;
}

long vffa_guest_fd_create(struct vffa_create_vm __user *arg)
{
	struct vffa_create_vm req;
	struct file *file;
	int fd, err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	err = check_create(&req);
	if (err)
		return err;
	err = apply_limits(&req);
	if (err)
		return err;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	file = open_guest(&req);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		goto err_fd;
	}
	if (put_user(id_of(file), &arg->id)) {
		err = -EFAULT;
		goto err_file;
	}

	fd_install(fd, file);
	return fd;

err_file:
	fput(file);
err_fd:
	put_unused_fd(fd);
	return err;
}
