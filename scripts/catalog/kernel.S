# SPDX-License-Identifier: BSD-2-Clause
# The kernel of the built-in images: a complete guest in the form of a Linux kernel (boot protocol 2.03, "bzImage"),
# so that whatever boots one by file (QEMU, Xen's HVM loader, a boot loader) boots this. It is no Linux: it prints its
# command line, the size of its ramdisk and how often its disk has been booted, then echoes what is typed on the
# serial console until the ACPI power button is pressed. All of that happens in the real-mode part, which a loader
# runs first; the protected-mode part is for loaders that skip it (kexec) and only says so.
#
# Built by scripts/make-catalog.mjs:
#   as --32 -o kernel.o kernel.S && ld -m elf_i386 -Ttext 0 --oformat binary -o vmlinuz kernel.o
# with FLAVOUR defined as 1 for xen, 0 for the others.
.code16
.globl _start
_start:
  # Booted as a floppy disk, which the protocol's first sector stands for.
  mov $0x07c0, %ax
  mov %ax, %ds
  cld
  mov $m_floppy, %si
1: lodsb
  test %al, %al
  jz 2f
  mov $0x0e, %ah
  mov $7, %bx
  int $0x10
  jmp 1b
2: hlt
  jmp 2b
m_floppy: .asciz "mallee: start this kernel with a boot loader\r\n"

# The setup header; names are those of the protocol's documentation.
.org 0x1f1
  .byte (setup_end - _start) / 512 - 1        # setup_sects
  .word 0                                     # root_flags
  .long (image_end - setup_end) / 16          # syssize
  .word 0                                     # ram_size
  .word 0xffff                                # vid_mode: as it is
  .word 0                                     # root_dev
  .word 0xaa55                                # boot_flag
  .byte 0xeb, setup - header_magic            # jump over the header
header_magic:
  .ascii "HdrS"
  .word 0x0203                                # version
  .long 0                                     # realmode_swtch
  .word 0x1000                                # start_sys_seg
  .word m_version - 0x200                     # kernel_version
  .byte 0                                     # type_of_loader
  .byte 1                                     # loadflags: the rest goes to 1 MiB
  .word 0x8000                                # setup_move_size
  .long 0x100000                              # code32_start
ramdisk_image: .long 0
ramdisk_size: .long 0
  .long 0                                     # bootsect_kludge
  .word 0                                     # heap_end_ptr
  .byte 0, 0                                  # ext_loader_ver, ext_loader_type
cmd_line_ptr: .long 0
  .long 0x37ffffff                            # initrd_addr_max

# The loader enters here with ds = es = ss = the segment of _start.
setup:
  cli
  mov %ds, %ax
  mov %ax, %es
  mov %ax, %ss
  mov $0x9000, %sp
  sti
  cld
  mov $0x3f9, %dx        # COM1: 115200 8N1, no interrupts
  xor %al, %al
  out %al, %dx
  mov $0x3fb, %dx
  mov $0x80, %al
  out %al, %dx
  mov $0x3f8, %dx
  mov $1, %al
  out %al, %dx
  inc %dx
  xor %al, %al
  out %al, %dx
  mov $0x3fb, %dx
  mov $3, %al
  out %al, %dx
  mov $m_hello, %si
  call puts
  mov $m_version, %si
  call puts
  mov $m_command, %si
  call puts
  mov cmd_line_ptr, %eax # linear; a segment reaches it, as it lies below 1 MiB
  test %eax, %eax
  jz 1f
  mov %eax, %esi
  and $15, %si
  shr $4, %eax
  push %ds
  mov %ax, %ds
  call puts
  pop %ds
1: mov $m_ramdisk, %si
  call puts
  mov ramdisk_size, %eax
  call decimal
  mov $m_bytes, %si
  call puts

  # The second sector of the built-in images lies before the file system and counts boots. A disk without our mark
  # there is left alone.
  mov $0x0201, %ax
  call disk
  jc no_count
  mov $mark, %si
  mov $0x8000, %di
  mov $8, %cx
  repe cmpsb
  jne no_count
  incl 0x8008
  mov $0x0301, %ax
  call disk
  jc no_count
  mov $m_count, %si
  call puts
  mov 0x8008, %eax
  call decimal
no_count:
  mov $m_ready, %si
  call puts
  mov $0x602, %dx        # ACPI PM1 enable: power button
  mov $0x100, %ax
  out %ax, %dx
idle:
  mov $0x600, %dx
  in %dx, %ax
  cmp $0xffff, %ax       # no ACPI here: reads as all ones
  je 1f
  test $1, %ah
  jnz power_off
1: mov $0x3fd, %dx        # echo what is typed on the console
  in %dx, %al
  cmp $0xff, %al
  je 2f
  test $1, %al
  jz 2f
  mov $0x3f8, %dx
  in %dx, %al
  call putc
  jmp idle
2: hlt
  jmp idle
power_off:
  mov $m_off, %si
  call puts
  mov $0x604, %dx
  mov $0x2000, %ax
  out %ax, %dx
1: hlt
  jmp 1b

disk:                    # ah: 2 reads, 3 writes sector 2 of the first disk at 0x8000
  mov $0x8000, %bx
  mov $2, %cx
  mov $0x80, %dx
  int $0x13
  ret
decimal:                 # eax
  mov $10, %ebx
  xor %cx, %cx
1: xor %edx, %edx
  div %ebx
  push %dx
  inc %cx
  test %eax, %eax
  jnz 1b
2: pop %ax
  add $'0', %al
  call putc
  loop 2b
  ret
puts:
  lodsb
  test %al, %al
  jz 1f
  call putc
  jmp puts
1: ret
putc:
  push %dx
  push %cx
  push %ax
  mov $0x3fd, %dx
  mov $0xffff, %cx       # a machine without a serial port must not hang
1: in %dx, %al
  test $0x20, %al
  loopz 1b
  pop %ax
  mov $0x3f8, %dx
  out %al, %dx
  pop %cx
  pop %dx
  ret

mark: .ascii "MALLEEBC"
m_hello: .asciz "mallee kernel "
.if FLAVOUR
m_version: .asciz "0.1-mallee-xen (mallee) #1"
.else
m_version: .asciz "0.1-mallee (mallee) #1"
.endif
m_command: .asciz "\r\nCommand line: "
m_ramdisk: .asciz "\r\nRamdisk: "
m_bytes: .asciz " bytes"
m_count: .asciz "\r\nBoots of this disk: "
m_ready: .asciz "\r\nmallee: ready\r\n"
m_off: .asciz "mallee: power button\r\n"
.balign 512
setup_end:

.code32
  cld
  mov $0x100000 + m_protected - setup_end, %esi
1: lodsb
  test %al, %al
  jz 2f
  mov $0x3f8, %dx
  out %al, %dx
  jmp 1b
2: cli
  hlt
  jmp 2b
m_protected: .asciz "mallee: entered in protected mode, nothing to do\r\n"
.balign 512
image_end:
