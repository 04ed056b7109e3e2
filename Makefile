# The C API: a shared and a static library, their header and a file for pkg-config.
#
#	make install PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu DESTDIR=/tmp/package
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

.PHONY: build install header symbols check check-header check-symbols check-size

build:
	$(CARGO) rustc $(compact) --locked --quiet --lib --profile $(PROFILE) --features capi --crate-type cdylib,staticlib -- $(linking)

install: build
	$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)
	$(INSTALL) -m 755 $(built)/libnetgraft.so $(DESTDIR)$(LIBDIR)/libnetgraft.so.$(VERSION)
	ln -sf libnetgraft.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libnetgraft.so
	$(INSTALL) -m 644 $(built)/libnetgraft.a $(DESTDIR)$(LIBDIR)/libnetgraft.a
	$(INSTALL) -m 644 include/netgraft.h $(DESTDIR)$(INCLUDEDIR)/netgraft.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
		-e 's|@VERSION@|$(VERSION)|' include/netgraft.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/netgraft.pc

# What cbindgen makes of src/capi, with the version put in and its spacing of pointers that are types put right.
make_header = $(CBINDGEN) --quiet --config include/cbindgen.toml src/capi/mod.rs | sed \
	-e 's/@VERSION@/$(VERSION)/' -e 's/@MAJOR@/$(word 1,$(version_parts))/' \
	-e 's/@MINOR@/$(word 2,$(version_parts))/' -e 's/@PATCH@/$(word 3,$(version_parts))/' \
	-e 's/const char \* /const char */g' -e 's/struct netgraft_error \*\* /struct netgraft_error **/'
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

# Stripped: a program that is linked from the static library has 1.5 MiB at most. The shared library shall have 600 KiB
# and has not: Rust's library alone, with threads and panics and nothing else, has 294 kilobytes. It is kept below a megabyte.
check-size: build
	strip -o $(built)/libnetgraft.stripped.so $(built)/libnetgraft.so
	$(CC) -O2 -static -s -Wl,--gc-sections -Iinclude -o $(built)/hello-static examples/c/hello.c $(built)/libnetgraft.a
	@check() { size=$$(stat -c %s "$$1"); echo "$$1: $$size bytes of $$2"; [ "$$size" -le "$$3" ]; }; \
		check $(built)/hello-static 1572864 1572864 && check $(built)/libnetgraft.stripped.so 614400 1048576
