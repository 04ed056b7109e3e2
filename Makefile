# The command with its manual pages and completions; and the C API: a shared and a static library, their header and a file
# for pkg-config.
#
#	make install PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu DESTDIR=/tmp/package
#	make install-library     the C API alone; install-command the command alone; uninstall takes both away
#	make static              netgraft and libnetgraft.a, static with musl, in target/release/static
#	make small               the shared library with a Rust library that is built for size, too
#
# Whoever changes src/capi makes the header and the list of symbols anew: `make header symbols`.

CARGO ?= cargo
CBINDGEN ?= cbindgen
INSTALL ?= install
PROFILE ?= release
CARGO_TARGET_DIR ?= target
export CARGO_TARGET_DIR

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
COMPLETIONS ?= $(PREFIX)/share

# Goes up when a function is taken away, or changed so that programs have to be compiled again.
ABI := 0
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
SONAME := libnetgraft.so.$(ABI)

version_parts := $(subst ., ,$(VERSION))
built := $(CARGO_TARGET_DIR)/$(subst dev,debug,$(PROFILE))
# For size. Frame pointers make the tables shorter by which panics unwind.
compact := --config 'profile.release.opt-level="z"'
# Relative relocations in a tenth of the room, where the dynamic linker understands that: glibc 2.36.
packed := $(shell getconf GNU_LIBC_VERSION 2>/dev/null | \
	awk -F '[ .]' '$$2 > 2 || $$3 >= 36 { print "-C link-arg=-Wl,-z,pack-relative-relocs" }')
# Never unloaded: a thread of its own may be sending announcements.
linking := -C force-frame-pointers=yes $(packed) -C link-arg=-Wl,-soname,$(SONAME) -C link-arg=-Wl,-z,nodelete -C link-arg=-Wl,-z,defs

.PHONY: build command static small install install-library install-command uninstall
.PHONY: header symbols check check-header check-symbols check-size

build_library = $(CARGO) rustc $(compact) --locked --quiet --lib --profile $(PROFILE) --features capi
build:
	$(build_library) --crate-type cdylib,staticlib -- $(linking)

command:
	$(CARGO) build --locked --quiet --bin netgraft --profile $(PROFILE) --features cli

static:
	packaging/static $(built)/static

# Needs the compiler's sources: rustup component add rust-src, or Debian's rust-src.
host = $(shell rustc -vV | sed -n 's/^host: //p')
small:
	RUSTC_BOOTSTRAP=1 $(build_library) --crate-type cdylib --target $(host) \
		-Z build-std=std,panic_unwind -Z build-std-features=optimize_for_size -- $(linking)
	cp $(CARGO_TARGET_DIR)/$(host)/$(notdir $(built))/libnetgraft.so $(built)/libnetgraft.small.so
	@echo "$(built)/libnetgraft.small.so: $$(stat -c %s $(built)/libnetgraft.small.so) bytes, $$(rustc --version)"

install: install-library install-command

# As pkg-config can move it, with another prefix.
below_prefix = $(patsubst $(PREFIX)/%,$${prefix}/%,$(1))

install-library: build
	$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)
	$(INSTALL) -m 755 $(built)/libnetgraft.so $(DESTDIR)$(LIBDIR)/libnetgraft.so.$(VERSION)
	ln -sf libnetgraft.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libnetgraft.so
	$(INSTALL) -m 644 $(built)/libnetgraft.a $(DESTDIR)$(LIBDIR)/libnetgraft.a
	$(INSTALL) -m 644 include/netgraft.h $(DESTDIR)$(INCLUDEDIR)/netgraft.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(call below_prefix,$(LIBDIR))|' \
		-e 's|@INCLUDEDIR@|$(call below_prefix,$(INCLUDEDIR))|' \
		-e 's|@VERSION@|$(VERSION)|' include/netgraft.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/netgraft.pc

bash_completion = $(COMPLETIONS)/bash-completion/completions/netgraft
zsh_completion = $(COMPLETIONS)/zsh/vendor-completions/_netgraft
fish_completion = $(COMPLETIONS)/fish/vendor_completions.d/netgraft.fish

install-command: command
	$(INSTALL) -D -m 755 $(built)/netgraft $(DESTDIR)$(BINDIR)/netgraft
	$(INSTALL) -d $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 644 man/*.8 $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -D -m 644 completions/netgraft.bash $(DESTDIR)$(bash_completion)
	$(INSTALL) -D -m 644 completions/_netgraft $(DESTDIR)$(zsh_completion)
	$(INSTALL) -D -m 644 completions/netgraft.fish $(DESTDIR)$(fish_completion)

uninstall:
	rm -f $(addprefix $(DESTDIR)$(LIBDIR)/,libnetgraft.so.$(VERSION) $(SONAME) libnetgraft.so libnetgraft.a pkgconfig/netgraft.pc) \
		$(DESTDIR)$(INCLUDEDIR)/netgraft.h $(DESTDIR)$(BINDIR)/netgraft \
		$(addprefix $(DESTDIR)$(MANDIR)/man8/,$(notdir $(wildcard man/*.8))) \
		$(DESTDIR)$(bash_completion) $(DESTDIR)$(zsh_completion) $(DESTDIR)$(fish_completion)

# The CNI plugins: one program, and a link for each plugin. CNITARGET=x86_64-unknown-linux-musl makes it static, so that
# the same file serves every node. `make install CNIBINDIR=...` installs them as well.
#
#	make install-cni CNITARGET=x86_64-unknown-linux-musl CNIBINDIR=/opt/cni/bin
CNITARGET ?=
cni_built = $(CARGO_TARGET_DIR)/$(if $(CNITARGET),$(CNITARGET)/)$(subst dev,debug,$(PROFILE))/netgraft-cni
cni_folder = $(DESTDIR)$(or $(CNIBINDIR),/opt/cni/bin)

build-cni:
	$(CARGO) build --locked --quiet --profile $(PROFILE) $(if $(CNITARGET),--target $(CNITARGET)) --features cni --bin netgraft-cni

install-cni: build-cni
	$(INSTALL) -d $(cni_folder)
	$(INSTALL) -m 755 $(cni_built) $(cni_folder)/netgraft-cni
	for name in bridge ptp macvlan ipvlan vlan host-device; do \
		ln -sf netgraft-cni $(cni_folder)/netgraft-$$name || exit; done

ifdef CNIBINDIR
install: install-cni
endif

# What cbindgen makes of src/capi, with the version put in, its spacing of pointers that are types put right, and nothing that
# C89 does not know: no line comments, no comma behind the last member of an enum.
make_header = $(CBINDGEN) --quiet --config include/cbindgen.toml src/capi/mod.rs | sed \
	-e 's/@VERSION@/$(VERSION)/' -e 's/@MAJOR@/$(word 1,$(version_parts))/' \
	-e 's/@MINOR@/$(word 2,$(version_parts))/' -e 's/@PATCH@/$(word 3,$(version_parts))/' \
	-e 's/const char \* /const char */g' -e 's/netgraft_error \*\* error/netgraft_error **error/' \
	-e 's%// \(__cplusplus\|extern "C"\)%/* \1 */%' -e '/^    NETGRAFT_[A-Z_0-9]* = [0-9]*,$$/{N;s/,\n}/\n}/;P;D}'
list_symbols = nm --dynamic --defined-only $(built)/libnetgraft.so | cut -d ' ' -f 3 | LC_ALL=C sort

header:
	$(make_header) >include/netgraft.h.new
	mv include/netgraft.h.new include/netgraft.h

symbols: build
	$(list_symbols) >include/netgraft.symbols

check: check-header check-symbols check-size

# Its lines stay within a window's width, too: rustfmt does not see to those of comments.
check-header:
	$(make_header) | diff -u include/netgraft.h -
	! grep -nE '^.{126}' include/netgraft.h

check-symbols: build
	$(list_symbols) | diff -u include/netgraft.symbols -

# Stripped. Of a program that is linked from the static library, glibc has 0.75 MB and Rust's own library 0.35 MB, panics and
# backtraces included; netgraft has the rest. The shared library shall have 1.25 MiB: docs/performance.md tells what stands in the
# way. The second figure is the gate.
check-size: build
	strip -o $(built)/libnetgraft.stripped.so $(built)/libnetgraft.so
	$(CC) -O2 -static -s -Wl,--gc-sections -Iinclude -o $(built)/hello-static examples/c/hello.c $(built)/libnetgraft.a
	@check() { size=$$(stat -c %s "$$1"); echo "$$1: $$size bytes of $$2"; [ "$$size" -le "$$3" ]; }; \
		check $(built)/hello-static 1769472 1769472 && check $(built)/libnetgraft.stripped.so 1310720 1441792
