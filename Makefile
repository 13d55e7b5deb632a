# latent: build, set-up, tests. `make help` lists the targets.

comma := ,

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
SAN     ?= 0

ifeq ($(SAN),1)
BUILD    := build/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT      := -O1 -g
else
BUILD    := build
SANFLAGS :=
OPT      := -O3
endif

SOURCES := $(wildcard src/*/*.c)
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/obj/%.o)
ENGINE  := $(filter-out $(BUILD)/obj/app/%,$(OBJECTS)) $(BUILD)/obj/embedded.o
MODULES := $(shell find lua -name '*.lua' | LC_ALL=C sort)

LUA_CFLAGS := $(shell pkg-config --cflags lua5.4 2>/dev/null || echo -I/usr/include/lua5.4)
PACKAGES   := zlib libpng libjpeg libzip libcjson
PKG_CFLAGS  = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS    = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

# -fwrapv: integer tensors wrap around, as they do elsewhere. No fast-math: NaN keeps its meaning.
CFLAGS   ?=
CPPFLAGS += -Isrc -D_GNU_SOURCE $(LUA_CFLAGS) $(PKG_CFLAGS)
# clang warns of each `omp simd` loop that it does not vectorise.
CLANGFLAGS = $(if $(findstring clang,$(CC)),-Wno-pass-failed)
ALL_CFLAGS = -std=c11 $(OPT) -fPIC -fvisibility=hidden -fopenmp -fno-math-errno -fno-trapping-math \
             -fwrapv -ffp-contract=off -Wall -Wextra -Wshadow -Werror $(CLANGFLAGS) $(SANFLAGS) $(CFLAGS)
# The OpenMP build of OpenBLAS, whatever libopenblas.so.0 is set to on this machine. It stands
# before LAPACKE: its own LAPACK serves, whatever liblapack.so.3 is set to.
OPENBLAS    := $(firstword $(wildcard /usr/lib/*/openblas-openmp))
ENGINE_LIBS  = $(if $(OPENBLAS),-L$(OPENBLAS) -Wl$(comma)-rpath$(comma)$(OPENBLAS)) \
              -Wl,--no-as-needed -lopenblas -Wl,--as-needed -llapacke $(PKG_LIBS) -lmvec -lm

# Every processor compiles, unless the caller has said how many (-j).
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all setup demo gallery test check lint bench docs install uninstall clean help

all: setup ## build build/latent and build/latent.so (installs missing packages first)
	@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/latent $(BUILD)/latent.so

setup:
	@scripts/setup

demo: all ## train the autoencoder of tutorial 3 on embedded digits; pictures in out/
	@$(BUILD)/latent examples/3-autoencoder-tasks/2-thin-autoencoder.lua --out out/demo --data digits

test: all ## run every spec with build/latent
	@$(MAKE) --no-print-directory check

check:
	@scripts/run-specs $(BUILD)

lint: setup ## check formats and warnings of the C and Lua sources
	@scripts/lint

gallery: all ## draw every kind of plot; pictures in out/gallery/
	@$(BUILD)/latent scripts/gallery.lua

bench: all ## measure against NumPy, PyTorch and scikit-learn where they are installed
	@scripts/bench

docs: all ## write the reference, HTML and Markdown, to build/docs
	@scripts/docs $(BUILD)

install: all ## install to $(DESTDIR)$(PREFIX)
	@scripts/docs --definitions $(BUILD)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/lua/5.4 $(DESTDIR)$(PREFIX)/share/latent/library
	install -m 755 $(BUILD)/latent $(DESTDIR)$(PREFIX)/bin/latent
	install -m 755 $(BUILD)/latent.so $(DESTDIR)$(PREFIX)/lib/lua/5.4/latent.so
	install -m 644 $(BUILD)/docs/library/latent.lua $(DESTDIR)$(PREFIX)/share/latent/library/latent.lua

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/latent $(DESTDIR)$(PREFIX)/lib/lua/5.4/latent.so
	rm -rf $(DESTDIR)$(PREFIX)/share/latent

clean: ## remove what was built
	rm -rf build out

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  SAN=1 builds with AddressSanitizer and UBSan under build/san; PREFIX and DESTDIR say where install goes."

$(BUILD)/latent: $(OBJECTS) $(BUILD)/obj/embedded.o
	@echo "  LINK  $@"
	@$(CC) $(ALL_CFLAGS) -Wl,-E -o $@ $^ -l:liblua5.4.a -ledit $(ENGINE_LIBS) -ldl $(LDFLAGS)

$(BUILD)/latent.so: $(ENGINE)
	@echo "  LINK  $@"
	@$(CC) $(ALL_CFLAGS) -shared -Wl,-z,nodelete -o $@ $^ $(ENGINE_LIBS) $(LDFLAGS)

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Every Lua module rides in the binary as a string; the table of them is generated here.
$(BUILD)/obj/embedded.c: $(MODULES) scripts/embed Makefile
	@mkdir -p $(@D)
	@scripts/embed $(MODULES) > $@

$(BUILD)/obj/embedded.o: $(BUILD)/obj/embedded.c
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

-include $(OBJECTS:.o=.d)
