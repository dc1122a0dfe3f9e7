/* The inner loops of cleannews, compiled.
 *
 * Each function here has a twin of the same name in reference.py, in numpy, which says what it computes; the two give
 * the same arrays for every input (tests/test_kernels.py). Arrays come in and go out through the buffer protocol, as
 * contiguous arrays that compiled.py has made; nothing is allocated here, and the interpreter's lock is released.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Kept equal to characters.py; compiled.py checks them when it is imported. */
enum { SPACE, BREAK, INVISIBLE, UPPER, LOWER, LETTER, ACCENT, DIGIT, IDEOGRAPH, SYLLABLE, SIGN,
       COLON = 13, QUOTE = 14, CLASSES = 22 };
#define LIMIT 0x20000u

enum { NONE, WORD, NUMERIC, SINGLE };
static const uint8_t SORT[32] = {
    [UPPER] = WORD, [LOWER] = WORD, [LETTER] = WORD, [ACCENT] = WORD, [DIGIT] = NUMERIC,
    [IDEOGRAPH] = SINGLE, [SYLLABLE] = SINGLE, [SIGN] = SINGLE};

#define BASE UINT64_C(0x20000000367)
#define NUMBER UINT64_C(0x9E3779B97F4A7C15)
#define MIX UINT64_C(0xFF51AFD7ED558CCD)
#define STEP UINT64_C(0xD6E8FEB86659FD93)
#define LENGTH_SALT UINT64_C(0x2545F4914F6CDD1D)

static inline uint64_t mixed(uint64_t value) {
    value = (value ^ (value >> 33)) * MIX;
    return value ^ (value >> 29);
}

#define ITEMS(buffer, type) ((const type *)(buffer).buf)
#define OUT(buffer, type) ((type *)(buffer).buf)
#define COUNT(buffer, type) ((Py_ssize_t)((buffer).len / (Py_ssize_t)sizeof(type)))

static void release(Py_buffer *buffers, int count) {
    while (count--) PyBuffer_Release(&buffers[count]);
}

/* classify(codes u32[n], table u8[LIMIT + 1], kinds u8[n]) */
static PyObject *classify(PyObject *self, PyObject *args) {
    Py_buffer b[3];
    if (!PyArg_ParseTuple(args, "y*y*w*", &b[0], &b[1], &b[2])) return NULL;
    const uint32_t *codes = ITEMS(b[0], uint32_t);
    const uint8_t *table = ITEMS(b[1], uint8_t);
    uint8_t *kinds = OUT(b[2], uint8_t);
    const Py_ssize_t count = COUNT(b[0], uint32_t);
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < count; i++) kinds[i] = table[codes[i] < LIMIT ? codes[i] : LIMIT];
    Py_END_ALLOW_THREADS
    release(b, 3);
    Py_RETURN_NONE;
}

/* measure(codes u32[n], kinds u8[n], signs u16[LIMIT + 1], start i64[m], end i64[m], stop i64[m],
 *         counts i64[m, CLASSES], ink_start i64[m], ink_end i64[m], line_signs u16[m]) */
static PyObject *measure(PyObject *self, PyObject *args) {
    Py_buffer b[10];
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*w*w*w*w*", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7], &b[8],
                          &b[9])) return NULL;
    const uint32_t *codes = ITEMS(b[0], uint32_t);
    const uint8_t *kinds = ITEMS(b[1], uint8_t);
    const uint16_t *table = ITEMS(b[2], uint16_t);
    const int64_t *start = ITEMS(b[3], int64_t), *end = ITEMS(b[4], int64_t), *stop = ITEMS(b[5], int64_t);
    int64_t *counts = OUT(b[6], int64_t), *ink_start = OUT(b[7], int64_t), *ink_end = OUT(b[8], int64_t);
    uint16_t *signs = OUT(b[9], uint16_t);
    const Py_ssize_t lines = COUNT(b[3], int64_t);
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t line = 0; line < lines; line++) {
        uint32_t of_class[32] = {0};
        uint16_t seen = 0;
        for (int64_t i = start[line]; i < stop[line]; i++) {
            of_class[kinds[i] & 31]++;
            seen |= table[codes[i] < LIMIT ? codes[i] : LIMIT];
        }
        int64_t first = start[line], last = end[line];
        while (first < last && kinds[first] <= INVISIBLE) first++;
        while (last > first && kinds[last - 1] <= INVISIBLE) last--;
        ink_start[line] = first < last ? first : end[line];
        ink_end[line] = first < last ? last : end[line];
        for (int kind = 0; kind < CLASSES; kind++) counts[line * CLASSES + kind] = of_class[kind];
        signs[line] = seen;
    }
    Py_END_ALLOW_THREADS
    release(b, 10);
    Py_RETURN_NONE;
}

static inline int inside_numbers(uint32_t code) {
    return code == '.' || code == ',' || code == ':' || code == '/' || code == '-' || code == '\'' || code == 0x2019;
}

/* tokenize(codes u32[n], kinds u8[n], fold u32[LIMIT + 1], start i64[m], stop i64[m], ink_start i64[m],
 *          token_start i64[room], token_end i64[room], numeric bool[room], hashes u64[room], first i64[m + 1])
 * -> the number of tokens. Where they are more than there is room for, nothing past the room is written. */
static PyObject *tokenize(PyObject *self, PyObject *args) {
    Py_buffer b[11];
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*w*w*w*w*w*", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7],
                          &b[8], &b[9], &b[10])) return NULL;
    const uint32_t *codes = ITEMS(b[0], uint32_t), *fold = ITEMS(b[2], uint32_t);
    const uint8_t *kinds = ITEMS(b[1], uint8_t);
    const int64_t *start = ITEMS(b[3], int64_t), *stop = ITEMS(b[4], int64_t), *ink = ITEMS(b[5], int64_t);
    int64_t *token_start = OUT(b[6], int64_t), *token_end = OUT(b[7], int64_t), *first = OUT(b[10], int64_t);
    uint8_t *numeric = OUT(b[8], uint8_t);
    uint64_t *hashes = OUT(b[9], uint64_t);
    const Py_ssize_t total = COUNT(b[0], uint32_t), lines = COUNT(b[3], int64_t), room = COUNT(b[6], int64_t);
    Py_ssize_t found = 0;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t line = 0; line < lines; line++) {
        first[line] = found;
        const int64_t limit = stop[line];
        for (int64_t at = start[line]; at < limit;) {
            const int sort = SORT[kinds[at] & 31];
            int64_t after = at + 1;
            uint64_t hash = NUMBER;
            if (sort == NONE) { at++; continue; }
            if (sort == WORD) {
                /* A lone "o" after an indent is a bullet, as text renderers draw lists within lists. */
                if (codes[at] == 0x6F && at == ink[line] && at >= 3 && at < total - 1 && kinds[at - 1] == SPACE
                    && kinds[at - 2] == SPACE && kinds[at + 1] == SPACE) { at++; continue; }
                while (after < limit && SORT[kinds[after] & 31] == WORD) after++;
            } else if (sort == NUMERIC) {
                while (after < limit && (kinds[after] == DIGIT || (
                    after + 1 < limit && kinds[after - 1] == DIGIT && kinds[after + 1] == DIGIT
                    && inside_numbers(codes[after])))) after++;
            }
            if (sort != NUMERIC) {
                uint64_t power = 1;
                hash = 0;
                for (int64_t i = at; i < after; i++) {
                    if (kinds[i] == ACCENT) continue;
                    hash += (uint64_t)(codes[i] < LIMIT ? fold[codes[i]] : codes[i]) * power;
                    power *= BASE;
                }
                hash = mixed(hash);
            }
            if (found < room) {
                token_start[found] = at;
                token_end[found] = after;
                numeric[found] = sort == NUMERIC;
                hashes[found] = hash;
            }
            found++;
            at = after;
        }
    }
    first[lines] = found;
    Py_END_ALLOW_THREADS
    release(b, 11);
    return PyLong_FromSsize_t(found);
}

/* The place of a hash among sorted ones, or of the first above it, by a directory of 2**(64 - shift) + 1 places. */
static inline uint32_t place_of(uint64_t hash, const uint64_t *sorted, const uint32_t *directory, int shift) {
    uint32_t place = directory[hash >> shift];
    const uint32_t end = directory[(hash >> shift) + 1];
    while (place < end && sorted[place] < hash) place++;
    return place;
}

/* find_keys(hashes u64[n], starts i64[k], bits u8[3, longest, 2**(64 - bits_shift) / 8], longest, bits_shift,
 *           sorted u64[s], directory, shift, anchors u8[s], places i64[room], rows i64[room]) -> the number of pairs. */
static PyObject *find_keys(PyObject *self, PyObject *args) {
    Py_buffer b[8];
    int longest, bits_shift, shift;
    if (!PyArg_ParseTuple(args, "y*y*y*iiy*y*iy*w*w*", &b[0], &b[1], &b[2], &longest, &bits_shift, &b[3], &b[4],
                          &shift, &b[5], &b[6], &b[7])) return NULL;
    const uint64_t *hashes = ITEMS(b[0], uint64_t), *sorted = ITEMS(b[3], uint64_t);
    const int64_t *starts = ITEMS(b[1], int64_t);
    const uint8_t *bits = ITEMS(b[2], uint8_t), *anchors = ITEMS(b[5], uint8_t);
    const uint32_t *directory = ITEMS(b[4], uint32_t);
    int64_t *places = OUT(b[6], int64_t), *rows = OUT(b[7], int64_t);
    const Py_ssize_t count = COUNT(b[0], uint64_t), line_count = COUNT(b[1], int64_t), room = COUNT(b[6], int64_t);
    const Py_ssize_t keys = COUNT(b[3], uint64_t);
    const size_t table = (size_t)1 << (64 - bits_shift - 3);
    Py_ssize_t found = 0, line = 0;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t at = 0; at < count; at++) {
        const int starting = line < line_count && starts[line] == at;
        uint64_t run = 0;
        line += starting;
        for (int length = 1; length <= longest && at + length <= count; length++) {
            run = length == 1 ? hashes[at] : run * STEP + hashes[at + length - 1];
            const uint64_t hash = mixed(run + LENGTH_SALT * (uint64_t)length), slot = hash >> bits_shift;
            for (int anywhere = !starting; anywhere < 2; anywhere++) {
                const int anchor = anywhere * longest + length - 1;
                if (!(bits[(size_t)anchor * table + (slot >> 3)] >> (slot & 7) & 1)) continue;
                for (Py_ssize_t row = place_of(hash, sorted, directory, shift); row < keys && sorted[row] == hash; row++) {
                    if (anchors[row] != anchor) continue;
                    if (found < room) {
                        places[found] = at;
                        rows[found] = row;
                    }
                    found++;
                }
            }
            const uint8_t *continued = bits + (size_t)(2 * longest + length - 1) * table;
            if (!(continued[slot >> 3] >> (slot & 7) & 1)) break; /* no longer key begins so */
        }
    }
    Py_END_ALLOW_THREADS
    release(b, 8);
    return PyLong_FromSsize_t(found);
}

/* look_up(hashes u64[n], sorted u64[s], directory, shift, values u16[s], found u16[n]) */
static PyObject *look_up(PyObject *self, PyObject *args) {
    Py_buffer b[5];
    int shift;
    if (!PyArg_ParseTuple(args, "y*y*y*iy*w*", &b[0], &b[1], &b[2], &shift, &b[3], &b[4])) return NULL;
    const uint64_t *hashes = ITEMS(b[0], uint64_t), *sorted = ITEMS(b[1], uint64_t);
    const uint32_t *directory = ITEMS(b[2], uint32_t);
    const uint16_t *values = ITEMS(b[3], uint16_t);
    uint16_t *found = OUT(b[4], uint16_t);
    const Py_ssize_t count = COUNT(b[0], uint64_t), words = COUNT(b[1], uint64_t);
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < count; i++) {
        const uint32_t place = place_of(hashes[i], sorted, directory, shift);
        found[i] = place < words && sorted[place] == hashes[i] ? values[place] : 0;
    }
    Py_END_ALLOW_THREADS
    release(b, 5);
    Py_RETURN_NONE;
}

/* count_lists(hashes u64[n], begin i64[t], end i64[t], sorted u64[s], directory, shift, first i64[s + 1], lists i64[m],
 *             counts i64[t, width], width) */
static PyObject *count_lists(PyObject *self, PyObject *args) {
    Py_buffer b[8];
    int shift;
    Py_ssize_t width;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*iy*y*w*n", &b[0], &b[1], &b[2], &b[3], &b[4], &shift, &b[5], &b[6], &b[7],
                          &width)) return NULL;
    const uint64_t *hashes = ITEMS(b[0], uint64_t), *sorted = ITEMS(b[3], uint64_t);
    const int64_t *begin = ITEMS(b[1], int64_t), *end = ITEMS(b[2], int64_t);
    const uint32_t *directory = ITEMS(b[4], uint32_t);
    const int64_t *first = ITEMS(b[5], int64_t), *lists = ITEMS(b[6], int64_t);
    int64_t *counts = OUT(b[7], int64_t);
    const Py_ssize_t texts = COUNT(b[1], int64_t), words = COUNT(b[3], uint64_t);
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t text = 0; text < texts; text++) {
        for (int64_t at = begin[text]; at < end[text]; at++) {
            const uint32_t place = place_of(hashes[at], sorted, directory, shift);
            if (place >= words || sorted[place] != hashes[at]) continue;
            for (int64_t one = first[place]; one < first[place + 1]; one++) counts[text * width + lists[one]]++;
        }
    }
    Py_END_ALLOW_THREADS
    release(b, 8);
    Py_RETURN_NONE;
}

/* count_marks(marks u16[n], first i64[m + 1], counts i64[16, m]) */
static PyObject *count_marks(PyObject *self, PyObject *args) {
    Py_buffer b[3];
    if (!PyArg_ParseTuple(args, "y*y*w*", &b[0], &b[1], &b[2])) return NULL;
    const uint16_t *marks = ITEMS(b[0], uint16_t);
    const int64_t *first = ITEMS(b[1], int64_t);
    int64_t *counts = OUT(b[2], int64_t);
    const Py_ssize_t lines = COUNT(b[1], int64_t) - 1;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t line = 0; line < lines; line++) {
        int64_t of_mark[16] = {0};
        for (int64_t i = first[line]; i < first[line + 1]; i++) {
            uint16_t left = marks[i];
            for (int mark = 0; left; mark++, left >>= 1) of_mark[mark] += left & 1;
        }
        for (int mark = 0; mark < 16; mark++) counts[mark * lines + line] = of_mark[mark];
    }
    Py_END_ALLOW_THREADS
    release(b, 3);
    Py_RETURN_NONE;
}

/* number_words(hashes u64[n], asked u8[n], first i64[m + 1], bounds i64[t + 1], numbers i64[asked]): the words asked about
 * in order of meeting, each with a number that it shares with its equals in the same text and no others. */
static PyObject *number_words(PyObject *self, PyObject *args) {
    Py_buffer b[5];
    if (!PyArg_ParseTuple(args, "y*y*y*y*w*", &b[0], &b[1], &b[2], &b[3], &b[4])) return NULL;
    const uint64_t *hashes = ITEMS(b[0], uint64_t);
    const uint8_t *asked = ITEMS(b[1], uint8_t);
    const int64_t *first = ITEMS(b[2], int64_t), *bounds = ITEMS(b[3], int64_t);
    int64_t *numbers = OUT(b[4], int64_t);
    const Py_ssize_t texts = COUNT(b[3], int64_t) - 1;
    struct slot { uint64_t hash; int64_t number; } *slots = NULL;
    size_t size = 0;
    Py_ssize_t word = 0;
    int64_t next = 0;
    int enough = 1;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t text = 0; text < texts && enough; text++) {
        const int64_t start = first[bounds[text]], end = first[bounds[text + 1]];
        size_t table = 64;
        while (table < 2 * (size_t)(end - start)) table *= 2;
        if (table > size) {
            struct slot *larger = realloc(slots, table * sizeof *slots);
            if (!(enough = larger != NULL)) break;
            slots = larger;
            size = table;
        }
        for (size_t i = 0; i < table; i++) slots[i].number = -1;
        for (int64_t i = start; i < end; i++) {
            if (!asked[i]) continue;
            size_t slot = (size_t)mixed(hashes[i]) & (table - 1);
            while (slots[slot].number >= 0 && slots[slot].hash != hashes[i]) slot = (slot + 1) & (table - 1);
            if (slots[slot].number < 0) {
                slots[slot].hash = hashes[i];
                slots[slot].number = next++;
            }
            numbers[word++] = slots[slot].number;
        }
    }
    Py_END_ALLOW_THREADS
    free(slots);
    release(b, 5);
    if (!enough) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* A phrase's graph, and the texts it is compared with. */
typedef struct {
    const uint64_t *hashes;
    const int64_t *token_end;
    const uint8_t *kinds;
    Py_ssize_t codes;
    const uint32_t *first_step, *step_state, *list_first;
    const uint8_t *ending, *step_kind;
    const uint64_t *step_value, *list_hash;
} Phrases;

enum { ONE_WORD, WORD_AND_COLON, GAP, LISTED };

static int colon_after(const Phrases *p, int64_t token) {
    int64_t place = p->token_end[token];
    while (place < p->codes && (p->kinds[place] == SPACE || p->kinds[place] == QUOTE)) place++;
    return place < p->codes && p->kinds[place] == COLON;
}

static int in_list(const Phrases *p, uint64_t list, uint64_t hash) {
    uint32_t low = p->list_first[list], high = p->list_first[list + 1];
    const uint32_t end = high;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (p->list_hash[middle] < hash) low = middle + 1; else high = middle;
    }
    return low < end && p->list_hash[low] == hash;
}

/* The pairs of a state and a number of tokens met so far, in order of meeting, with a hash table to find them by. */
typedef struct {
    uint64_t *items;
    int32_t *slots;
    int32_t count, room;
} Met;

#define SMALLEST 64

static int make_room(Met *met, int32_t room) {
    uint64_t *items = realloc(met->items, sizeof *items * (size_t)room);
    if (!items) return 0;
    met->items = items;
    int32_t *slots = realloc(met->slots, sizeof *slots * (size_t)room * 2);
    if (!slots) return 0;
    met->slots = slots;
    met->room = room;
    memset(slots, 0xFF, sizeof *slots * (size_t)room * 2);
    for (int32_t i = 0; i < met->count; i++) {
        uint32_t slot = (uint32_t)mixed(met->items[i]) & (uint32_t)(room * 2 - 1);
        while (slots[slot] >= 0) slot = (slot + 1) & (uint32_t)(room * 2 - 1);
        slots[slot] = i;
    }
    return 1;
}

static int meet(Met *met, uint32_t state, int64_t at) {
    const uint64_t item = (uint64_t)state << 32 | (uint64_t)at;
    if (met->count == met->room && !make_room(met, met->room * 2)) return 0;
    uint32_t slot = (uint32_t)mixed(item) & (uint32_t)(met->room * 2 - 1);
    while (met->slots[slot] >= 0) {
        if (met->items[met->slots[slot]] == item) return 1;
        slot = (slot + 1) & (uint32_t)(met->room * 2 - 1);
    }
    met->slots[slot] = met->count;
    met->items[met->count++] = item;
    return 1;
}

/* Meet every state that a phrase may be in from a state and a number of tokens on. 0 where memory ran out. */
static int walk(const Phrases *p, Met *met, uint32_t state, int64_t at, int64_t place, int64_t limit) {
    met->count = 0;
    if (!make_room(met, met->room > SMALLEST * 16 ? SMALLEST : met->room) || !meet(met, state, at)) return 0;
    for (int32_t i = 0; i < met->count; i++) {
        state = (uint32_t)(met->items[i] >> 32);
        at = (int64_t)(met->items[i] & 0xFFFFFFFF);
        if (at >= limit) continue;
        for (uint32_t step = p->first_step[state]; step < p->first_step[state + 1]; step++) {
            const uint64_t value = p->step_value[step];
            const uint32_t following = p->step_state[step];
            const uint64_t hash = p->hashes[place + at];
            if (p->step_kind[step] == GAP) {
                const int64_t most = (int64_t)value < limit - at ? at + (int64_t)value : limit;
                for (int64_t reached = at + 1; reached <= most; reached++)
                    if (!meet(met, following, reached)) return 0;
            } else if (p->step_kind[step] == LISTED ? in_list(p, value, hash)
                       : value == hash && (p->step_kind[step] == ONE_WORD || colon_after(p, place + at))) {
                if (!meet(met, following, at + 1)) return 0;
            }
        }
    }
    return 1;
}

/* match_phrases(places i64[c], rows i64[c], rules u8[k], key_length u8[k], key_before u16[k], key_colons u8[k],
 *               key_state u32[k], first_step, ending, step_kind, step_value, step_state, list_first, list_hash,
 *               first_token i64[m + 1], document i64[m], hashes u64[n], token_end i64[n], kinds u8[codes], reach,
 *               which i64[room], lines i64[room], firsts i64[room], lasts i64[room]) -> the number of matches.
 * Rules: bit 0 the phrase begins its line, bit 1 it is the whole line, bit 2 it ends its line. */
static PyObject *match_phrases(PyObject *self, PyObject *args) {
    Py_buffer b[23];
    int reach;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*y*y*y*y*y*y*y*y*y*y*y*y*y*iw*w*w*w*", &b[0], &b[1], &b[2], &b[3], &b[4],
                          &b[5], &b[6], &b[7], &b[8], &b[9], &b[10], &b[11], &b[12], &b[13], &b[14], &b[15], &b[16],
                          &b[17], &b[18], &reach, &b[19], &b[20], &b[21], &b[22])) return NULL;
    const int64_t *places = ITEMS(b[0], int64_t), *rows = ITEMS(b[1], int64_t);
    const uint8_t *rules = ITEMS(b[2], uint8_t), *lengths = ITEMS(b[3], uint8_t), *colons = ITEMS(b[5], uint8_t);
    const uint16_t *befores = ITEMS(b[4], uint16_t);
    const uint32_t *states = ITEMS(b[6], uint32_t);
    const Phrases p = {
        .first_step = ITEMS(b[7], uint32_t), .ending = ITEMS(b[8], uint8_t), .step_kind = ITEMS(b[9], uint8_t),
        .step_value = ITEMS(b[10], uint64_t), .step_state = ITEMS(b[11], uint32_t),
        .list_first = ITEMS(b[12], uint32_t), .list_hash = ITEMS(b[13], uint64_t), .hashes = ITEMS(b[16], uint64_t),
        .token_end = ITEMS(b[17], int64_t), .kinds = ITEMS(b[18], uint8_t), .codes = COUNT(b[18], uint8_t)};
    const int64_t *first_token = ITEMS(b[14], int64_t), *document = ITEMS(b[15], int64_t);
    int64_t *which = OUT(b[19], int64_t), *line_out = OUT(b[20], int64_t), *firsts = OUT(b[21], int64_t),
            *lasts = OUT(b[22], int64_t);
    const Py_ssize_t count = COUNT(b[0], int64_t), lines = COUNT(b[15], int64_t), room = COUNT(b[19], int64_t);
    Met met = {.room = SMALLEST};
    Py_ssize_t found = 0;
    int enough = 1;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t i = 0; i < count && enough; i++) {
        const int64_t place = places[i], row = rows[i], length = lengths[row], before = befores[row];
        int64_t low = 0, high = lines;
        while (high - low > 1) {
            const int64_t middle = low + (high - low) / 2;
            if (first_token[middle] <= place) low = middle; else high = middle;
        }
        /* Blank lines have no tokens: the last line that begins at a token is the one that holds it. */
        const int64_t line = low, first = first_token[line], last = first_token[line + 1];
        int64_t limit = last;
        const int rule = rules[row];
        if ((rule & 1) && (place - first > before || ((rule & 2) && before && place == first))) continue;
        if (place + length > last && line + 1 < lines && last - first <= 2 && first_token[line + 2] - last > 0
            && first_token[line + 2] - last <= 2 && document[line + 1] == document[line]) limit = first_token[line + 2];
        if (place + length > limit) continue;
        int said = 1;
        for (int at = 0; at < length && said; at++)
            if (colons[row] >> at & 1) said = colon_after(&p, place + at);
        if (!said) continue;
        const int64_t most = limit - place < reach ? limit - place : reach;
        if (!(enough = walk(&p, &met, states[row], length, place, most))) break;
        for (int32_t j = 0; j < met.count; j++) {
            const int64_t after = (int64_t)(met.items[j] & 0xFFFFFFFF);
            if (!p.ending[met.items[j] >> 32] || ((rule & 4) && place + after != limit)) continue;
            if (found < room) {
                which[found] = i;
                line_out[found] = line;
                firsts[found] = before ? first : place;
                lasts[found] = place + after;
            }
            found++;
        }
    }
    Py_END_ALLOW_THREADS
    free(met.items);
    free(met.slots);
    release(b, 23);
    return enough ? PyLong_FromSsize_t(found) : PyErr_NoMemory();
}

#define HEAD 20
#define TAIL 10
#define LAST_SALT UINT64_C(0xB5297A4D)
#define FIRST_SALT UINT64_C(0x51ED270B)
#define SINGLE_SALT UINT64_C(0x68E31DA4)

/* ngram_sums(hashes u64[n], first i64[m + 1], weights i8[2, 2**bits], shift, totals i64[2, m], sizes i64[m]) */
static PyObject *ngram_sums(PyObject *self, PyObject *args) {
    Py_buffer b[5];
    int shift;
    if (!PyArg_ParseTuple(args, "y*y*y*iw*w*", &b[0], &b[1], &b[2], &shift, &b[3], &b[4])) return NULL;
    const uint64_t *hashes = ITEMS(b[0], uint64_t);
    const int64_t *first = ITEMS(b[1], int64_t);
    const int8_t *all = ITEMS(b[2], int8_t), *on_long = all + ((size_t)1 << (64 - shift));
    const Py_ssize_t lines = COUNT(b[1], int64_t) - 1;
    int64_t *totals = OUT(b[3], int64_t), *sizes = OUT(b[4], int64_t);
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t line = 0; line < lines; line++) {
        const uint64_t *tokens = hashes + first[line];
        const int64_t length = first[line + 1] - first[line];
        int64_t sum = 0, long_sum = 0, size = 0;
        for (int64_t place = 0; place < length; place++) {
            if (place >= HEAD && place < length - TAIL) place = length - TAIL;
            uint64_t found[4];
            int many = 0;
            found[many++] = mixed(tokens[place] + SINGLE_SALT);
            if (place + 1 < length) found[many++] = mixed(tokens[place] * STEP + tokens[place + 1]);
            if (place < 2) found[many++] = mixed(tokens[place] + FIRST_SALT + (uint64_t)place);
            if (place >= length - 2) found[many++] = mixed(tokens[place] + LAST_SALT + (uint64_t)(length - place));
            size += many;
            while (many--) {
                sum += all[found[many] >> shift];
                long_sum += on_long[found[many] >> shift];
            }
        }
        totals[line] = sum;
        totals[lines + line] = long_sum;
        sizes[line] = size;
    }
    Py_END_ALLOW_THREADS
    release(b, 5);
    Py_RETURN_NONE;
}

#define CHUNK 1024
#define TOGETHER 4

/* The leaf that a tree leads each of some lines to: the bit of a level is set where its column exceeds its border. */
static void descend(const uint8_t *columns, Py_ssize_t lines, const int16_t *features, const uint8_t *borders, int depth,
                    Py_ssize_t size, uint8_t *restrict which) {
    memset(which, 0, CHUNK);
    for (int level = 0; level < depth; level++) {
        const uint8_t *restrict column = columns + (Py_ssize_t)features[level] * lines;
        const uint8_t border = borders[level], bit = (uint8_t)(1 << level);
        /* Written without a branch, so that compilers take sixteen lines at a time. */
        for (Py_ssize_t i = 0; i < size; i++) which[i] |= (uint8_t)(-(column[i] > border) & bit);
    }
}

/* add_trees(columns u8[f, n], lines, features i16[t, d], borders u8[t, d], leaves i32[t, 2**d], depth, totals i32[n]) */
static PyObject *add_trees(PyObject *self, PyObject *args) {
    Py_buffer b[5];
    int depth;
    if (!PyArg_ParseTuple(args, "y*y*y*y*iw*", &b[0], &b[1], &b[2], &b[3], &depth, &b[4])) return NULL;
    const uint8_t *columns = ITEMS(b[0], uint8_t), *borders = ITEMS(b[2], uint8_t);
    const int16_t *features = ITEMS(b[1], int16_t);
    const int32_t *leaves = ITEMS(b[3], int32_t);
    int32_t *totals = OUT(b[4], int32_t);
    const Py_ssize_t lines = COUNT(b[4], int32_t), trees = b[2].len / depth;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t start = 0; start < lines; start += CHUNK) {
        const Py_ssize_t size = lines - start < CHUNK ? lines - start : CHUNK;
        uint8_t which[TOGETHER][CHUNK];
        int32_t *total = totals + start;
        Py_ssize_t tree = 0;
        /* Some trees together, so that a line's total is read and written once for all of them. */
        for (; tree + TOGETHER <= trees; tree += TOGETHER) {
            for (int k = 0; k < TOGETHER; k++)
                descend(columns + start, lines, features + (tree + k) * depth, borders + (tree + k) * depth, depth, size,
                        which[k]);
            const int32_t *leaf = leaves + (tree << depth);
            for (Py_ssize_t i = 0; i < size; i++)
                total[i] += leaf[which[0][i]] + leaf[(1 << depth) + which[1][i]] + leaf[(2 << depth) + which[2][i]]
                            + leaf[(3 << depth) + which[3][i]];
        }
        for (; tree < trees; tree++) {
            descend(columns + start, lines, features + tree * depth, borders + tree * depth, depth, size, which[0]);
            const int32_t *leaf = leaves + (tree << depth);
            for (Py_ssize_t i = 0; i < size; i++) total[i] += leaf[which[0][i]];
        }
    }
    Py_END_ALLOW_THREADS
    release(b, 5);
    Py_RETURN_NONE;
}

/* window_means(columns u8[k, n], which i64[w], windows i64[w, 4], first i64[n], after i64[n], sums i64[n + 1],
 *              means u8[w, n])
 * Of each window's column: the sum over the lines from `low` to `high` away over the number of lines from `count_low`
 * to `count_high` away, all within the text. `sums` is working space, filled anew where the column changes. */
static PyObject *window_means(PyObject *self, PyObject *args) {
    Py_buffer b[7];
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*w*w*", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6])) return NULL;
    const uint8_t *columns = ITEMS(b[0], uint8_t);
    const int64_t *which = ITEMS(b[1], int64_t), *windows = ITEMS(b[2], int64_t);
    const int64_t *first = ITEMS(b[3], int64_t), *after = ITEMS(b[4], int64_t);
    int64_t *sums = OUT(b[5], int64_t);
    uint8_t *means = OUT(b[6], uint8_t);
    const Py_ssize_t lines = COUNT(b[3], int64_t), many = COUNT(b[1], int64_t);
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t w = 0; w < many; w++, means += lines) {
        if (w == 0 || which[w] != which[w - 1]) {
            const uint8_t *column = columns + which[w] * lines;
            sums[0] = 0;
            for (Py_ssize_t i = 0; i < lines; i++) sums[i + 1] = sums[i] + column[i];
        }
        const int64_t *window = windows + w * 4;
        for (Py_ssize_t i = 0; i < lines; i++) {
            int64_t bounds[4];
            for (int side = 0; side < 4; side++) {
                int64_t place = i + window[side] + (side & 1);
                if (place < first[i]) place = first[i];
                if (place > after[i]) place = after[i];
                bounds[side] = place;
            }
            const int64_t size = bounds[3] - bounds[2];
            const int64_t sum = bounds[1] > bounds[0] ? sums[bounds[1]] - sums[bounds[0]] : 0;
            means[i] = (uint8_t)(size > 1 ? (uint32_t)sum / (uint32_t)size : sum);
        }
    }
    Py_END_ALLOW_THREADS
    release(b, 7);
    Py_RETURN_NONE;
}

/* best_runs(values i64[n], bounds i64[t + 1], start i64[n], after i64[n]): Kadane's algorithm within each text. */
static PyObject *best_runs(PyObject *self, PyObject *args) {
    Py_buffer b[4];
    if (!PyArg_ParseTuple(args, "y*y*w*w*", &b[0], &b[1], &b[2], &b[3])) return NULL;
    const int64_t *values = ITEMS(b[0], int64_t), *bounds = ITEMS(b[1], int64_t);
    int64_t *start = OUT(b[2], int64_t), *after = OUT(b[3], int64_t);
    const Py_ssize_t texts = COUNT(b[1], int64_t) - 1;
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t text = 0; text < texts; text++) {
        int64_t sum = 0, lowest = 0, lowest_at = bounds[text], best = INT64_MIN, from = 0, to = 0;
        for (int64_t i = bounds[text]; i < bounds[text + 1]; i++) {
            if (sum <= lowest) {
                lowest = sum;
                lowest_at = i;
            }
            sum += values[i];
            if (sum - lowest > best) {
                best = sum - lowest;
                from = lowest_at;
                to = i + 1;
            }
        }
        for (int64_t i = bounds[text]; i < bounds[text + 1]; i++) {
            start[i] = from;
            after[i] = to;
        }
    }
    Py_END_ALLOW_THREADS
    release(b, 4);
    Py_RETURN_NONE;
}

/* shared_words(lines i64[k], words i64[k], member u8[n], others, often i64[w], counts i64[n]): how many of each line's
 * words stand `others` times or more in member lines, one standing of a word in a member line itself not counted. `often`
 * is working space, an entry a word. */
static PyObject *shared_words(PyObject *self, PyObject *args) {
    Py_buffer b[5];
    int others;
    if (!PyArg_ParseTuple(args, "y*y*y*iw*w*", &b[0], &b[1], &b[2], &others, &b[3], &b[4])) return NULL;
    const int64_t *lines = ITEMS(b[0], int64_t), *words = ITEMS(b[1], int64_t);
    const uint8_t *member = ITEMS(b[2], uint8_t);
    int64_t *often = OUT(b[3], int64_t), *counts = OUT(b[4], int64_t);
    const Py_ssize_t count = COUNT(b[0], int64_t);
    Py_BEGIN_ALLOW_THREADS
    memset(often, 0, (size_t)b[3].len);
    memset(counts, 0, (size_t)b[4].len);
    for (Py_ssize_t i = 0; i < count; i++) often[words[i]] += member[lines[i]];
    for (Py_ssize_t i = 0; i < count; i++) counts[lines[i]] += often[words[i]] - member[lines[i]] >= others;
    Py_END_ALLOW_THREADS
    release(b, 5);
    Py_RETURN_NONE;
}

/* distances(marked u8[n], first i64[n], after i64[n], far, since u8[n], until u8[n]) */
static PyObject *distances(PyObject *self, PyObject *args) {
    Py_buffer b[5];
    int far;
    if (!PyArg_ParseTuple(args, "y*y*y*iw*w*", &b[0], &b[1], &b[2], &far, &b[3], &b[4])) return NULL;
    const uint8_t *marked = ITEMS(b[0], uint8_t);
    const int64_t *first = ITEMS(b[1], int64_t), *after = ITEMS(b[2], int64_t);
    uint8_t *since = OUT(b[3], uint8_t), *until = OUT(b[4], uint8_t);
    const Py_ssize_t lines = COUNT(b[1], int64_t);
    Py_BEGIN_ALLOW_THREADS
    int64_t mark = -1;
    for (Py_ssize_t line = 0; line < lines; line++) {
        if (marked[line]) mark = line;
        since[line] = (uint8_t)(mark >= first[line] && line - mark < far ? line - mark : far);
    }
    mark = lines;
    for (Py_ssize_t line = lines - 1; line >= 0; line--) {
        if (marked[line]) mark = line;
        until[line] = (uint8_t)(mark < after[line] && mark - line < far ? mark - line : far);
    }
    Py_END_ALLOW_THREADS
    release(b, 5);
    Py_RETURN_NONE;
}

static PyMethodDef METHODS[] = {
    {"classify", classify, METH_VARARGS, NULL},     {"measure", measure, METH_VARARGS, NULL},
    {"tokenize", tokenize, METH_VARARGS, NULL},     {"find_keys", find_keys, METH_VARARGS, NULL},
    {"look_up", look_up, METH_VARARGS, NULL},       {"count_marks", count_marks, METH_VARARGS, NULL},
    {"count_lists", count_lists, METH_VARARGS, NULL},
    {"number_words", number_words, METH_VARARGS, NULL},
    {"match_phrases", match_phrases, METH_VARARGS, NULL},
    {"window_means", window_means, METH_VARARGS, NULL},
    {"best_runs", best_runs, METH_VARARGS, NULL},   {"ngram_sums", ngram_sums, METH_VARARGS, NULL},
    {"add_trees", add_trees, METH_VARARGS, NULL},   {"shared_words", shared_words, METH_VARARGS, NULL},
    {"distances", distances, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot SLOTS[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};

static struct PyModuleDef MODULE = {
    .m_base = PyModuleDef_HEAD_INIT, .m_name = "_kernels", .m_size = 0, .m_methods = METHODS, .m_slots = SLOTS};

PyMODINIT_FUNC PyInit__kernels(void) { return PyModuleDef_Init(&MODULE); }
