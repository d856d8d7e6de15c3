# Verbs only: what is longer than a line or two is a script under tools/. `make help` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

triple := x86_64-unknown-none-elf
# Without colours: with them the compiler's arguments, and so what is built anew, would depend on the terminal.
bare_build := TERM=dumb BARE=1 swift build -c release --triple $(triple) --scratch-path .build-bare
bare_products := .build-bare/$(triple)/release
boot_objects := $(patsubst boot/%.asm,build/boot/%.o,$(wildcard boot/*.asm))
loader_objects := $(patsubst boot/uefi/%,build/uefi/%.o,$(wildcard boot/uefi/*.c boot/uefi/*.asm))
linker = $(shell tools/toolchain ld.lld)
formatted := Package.swift Sources Tests tools

loader_flags := -I/usr/include/efi -I/usr/include/efi/x86_64 -std=gnu11 -O2 -Wall -Wextra -Werror -ffreestanding \
  -fpic -fshort-wchar -fno-stack-protector -mno-red-zone -DGNU_EFI_USE_MS_ABI

# More for tools/run-qemu, as in: make run OPTIONS="--machine microvm --pcap build/orders.pcap"
OPTIONS ?=

##@ Use
run: setup image host build/disk.img ## boot the guest, console on this terminal; Ctrl-C ends it
	@echo "Send orders from another terminal: build/sluice send --help says how. Ctrl-C ends the guest."
	@tools/run-qemu --disk build/disk.img $(OPTIONS)
run-microvm: setup image host build/disk.img ## the same on QEMU's microvm, which has no PCI bus
	@echo "Send orders from another terminal: build/sluice send --help says how. Ctrl-C ends the guest."
	@tools/run-qemu --machine microvm --disk build/disk.img $(OPTIONS)
run-uefi: setup host build/sluice.elf build/uefi/BOOTX64.EFI ## the same from a boot disk: build/sluice-uefi.img
	@tools/disk-image --qcow2 none
	@echo "Send orders from another terminal: build/sluice send --help says how. Ctrl-C ends the guest."
	@tools/run-qemu --boot uefi $(OPTIONS)
demo: setup image host ## boot, send a short order flow, print what went each way, end
	@tools/demo
image: setup build/sluice.elf ## build the kernel: build/sluice.elf
disk-image: setup build/sluice.elf build/uefi/BOOTX64.EFI ## a disk that UEFI boots: build/sluice-uefi.img, build/sluice.qcow2
	@tools/disk-image $(OPTIONS)
host: setup build/sluice ## build the host command: build/sluice

##@ Test
test: test-host test-guest ## all tests
test-host: setup ## the pure modules, on this machine
	swift test --disable-swift-testing
test-queues: setup ## the queues' tests against mutants, and ThreadSanitizer (5 minutes)
	tools/queue-mutants
test-guest: setup build/guest-tests.elf build/sluice.elf build/sluice build/uefi/BOOTX64.EFI ## in the guest, and the guest from outside
	tools/guest-test
	tools/bochs-test
	tools/end-to-end/run --placements 3
test-placements: setup build/sluice.elf build/sluice build/uefi/BOOTX64.EFI ## the guest from outside, on every machine, with every placement
	tools/end-to-end/run --placements
campaign: setup build/sluice.elf build/uefi/BOOTX64.EFI .build/release/balance ## the long runs: crashes, seeds, interleavings, timers, balancing, bad datagrams
	CRASH_SEEDS=200 SIMULATION_SEEDS=400 SPREAD_SEEDS=4000 BAD_INPUT_FRAMES=200000 \
	  swift test --disable-swift-testing --filter 'CrashCampaign|SimulationTests|SpreadCampaign|BadInput'
	INTERLEAVINGS=long swift test --disable-swift-testing --filter InterleavingTests
	TIMERS=long swift test --disable-swift-testing --filter TimerWheelModelTests
	.build/release/balance check --seeds $${BALANCE_SEEDS:-100000}
	tools/end-to-end/run --long --only flood
check: setup build/sluice.elf build/guest-tests.elf ## format, layers, image rules, what must not compile, both builds
	swift format lint --strict --recursive $(formatted)
	tools/check-layers --self-test
	tools/check-layers
	tools/check-image --self-test
	tools/check-image build/sluice.elf
	tools/refused
	swift build --build-tests --explicit-target-dependency-import-check error
bench: setup build/sluice.elf build/guest-tests.elf .build/release/queue-bench build/uefi/BOOTX64.EFI ## measure and print a table; JSON=1 prints JSON lines
	@tools/bench/run $(OPTIONS)
bench-queues: setup .build/release/queue-bench ## the queues beside C++ ones, as bench does
	@tools/setup --bench-queues
	@tools/bench/queues/run $(OPTIONS)
bench-timers: setup .build/release/timer-bench ## the timing wheel beside one in C
	@tools/setup --bench-queues
	@tools/bench/timers/run $(OPTIONS)

bench-costs: setup build/sluice.elf ## what the parts of an order take: tools/bench/scaling.json
	@tools/bench/costs

scaling: setup .build/release/balance ## orders per second over 1 to 64 cores, simulated: tools/bench/scaling.svg
	@tools/setup --scaling
	@tools/scaling $(OPTIONS)

##@ Look
debug: setup image build/disk.img ## boot stopped at the first instruction, debugger stub on :1234
	@echo "The guest waits for a debugger: run make gdb in another terminal."
	@tools/run-qemu --disk build/disk.img --gdb 1234 --wait $(OPTIONS)
gdb: image ## attach gdb to make debug, with the commands of tools/gdb/
	gdb -q -x tools/gdb/gdbinit -ex "target remote :1234" build/sluice.elf
size: image ## what the image consists of
	@tools/check-image --size build/sluice.elf
disassemble: image ## the image's code with readable names: build/sluice.asm
	$(shell tools/toolchain llvm-objdump) -d --no-show-raw-insn --x86-asm-syntax=intel build/sluice.elf \
	  | $(shell tools/toolchain swift-demangle) --simplified > build/sluice.asm
	@echo "build/sluice.asm"

##@ Keep in order
setup: ## install what is missing (silent when all is there)
	@tools/setup
format: ## format all Swift code
	swift format --in-place --recursive $(formatted)
clean: ## remove everything built; the disks with their journals stay
	rm -rf .build .build-bare
	[ ! -d build ] || find build -mindepth 1 ! -name disk.img ! -name sluice-uefi.img ! -name sluice.qcow2 -delete
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run run-microvm run-uefi disk-image demo image host test test-host test-guest test-queues test-placements campaign \
  check bench bench-queues bench-timers bench-costs scaling debug gdb size disassemble setup format clean help FORCE

# The Swift build knows best what is out of date, so it is always asked; the rest follows the files' ages.
# It adds to an archive and takes nothing out, so each one is made anew: a removed file's code must not live on.
$(bare_products)/lib%.a: FORCE
	@rm -f $@
	$(bare_build) --product $*

build/boot/%.o: boot/%.asm $(wildcard boot/*.inc)
	@mkdir -p $(@D)
	cd boot && nasm -f elf64 -g -F dwarf -o $(abspath $@) $(<F)

build/sluice.elf: $(bare_products)/libSluiceKernel.a
build/guest-tests.elf: $(bare_products)/libSluiceGuestTests.a
build/sluice.elf build/guest-tests.elf: $(boot_objects) linker/kernel.ld
	$(linker) --gc-sections -z max-page-size=4096 -T linker/kernel.ld $(filter %.o %.a,$^) -o $@

build/uefi/%.c.o: boot/uefi/%.c $(wildcard boot/uefi/*.h)
	@mkdir -p $(@D)
	cc $(loader_flags) -c $< -o $@
build/uefi/%.asm.o: boot/uefi/%.asm
	@mkdir -p $(@D)
	nasm -f elf64 -o $@ $<
# A shared object with the sections that firmware loads, its relocations applied by gnu-efi's start.
build/uefi/loader.so: $(loader_objects)
	ld -nostdlib -shared -Bsymbolic --no-undefined -z nocombreloc -z noexecstack -T /usr/lib/elf_x86_64_efi.lds \
	  /usr/lib/crt0-efi-x86_64.o $^ -L /usr/lib -lefi -lgnuefi -o $@
build/uefi/BOOTX64.EFI: build/uefi/loader.so
	objcopy -j .text -j .data -j .dynamic -j .dynsym -j '.rel*' -j .reloc --target efi-app-x86_64 --subsystem 10 $< $@

.build/release/sluice .build/release/queue-bench .build/release/timer-bench .build/release/balance: FORCE
	TERM=dumb swift build -c release --product $(@F)
build/sluice: .build/release/sluice
	@mkdir -p $(@D)
	cp $< $@

build/disk.img:
	@mkdir -p $(@D)
	truncate -s 64M $@

# Kept although they are steps on the way.
.PRECIOUS: $(bare_products)/lib%.a build/boot/%.o
