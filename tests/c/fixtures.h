/*
 * Reads the fixtures that crates/runtime-torch/oracle wrote, as tests/common/mod.rs there does: cases
 * of named attributes and tensors. A test walks over the cases of a file with next_case.
 */
#ifndef FIXTURES_H
#define FIXTURES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simple_runtime.h"

enum { MOST_PARTS = 64, MOST_NAME = 96 };

struct fixture_attribute {
    char name[MOST_NAME];
    char value[512];
};

struct fixture_tensor {
    char name[MOST_NAME];
    RuntimeValue tensor; /* The case's: next_case frees it. */
};

struct fixture_case {
    char name[MOST_NAME];
    struct fixture_attribute attributes[MOST_PARTS];
    struct fixture_tensor tensors[MOST_PARTS];
    int attribute_count;
    int tensor_count;
    FILE *file;
    char *line;
    size_t line_size;
};

static inline void fixture_fail(const char *what, const char *detail)
{
    fprintf(stderr, "fixtures: %s %s\n", what, detail);
    exit(1);
}

static inline int fixture_line(struct fixture_case *c)
{
    size_t length = 0;
    for (;;) {
        int byte = fgetc(c->file);
        if (byte == EOF && length == 0)
            return 0;
        if (length + 1 >= c->line_size) {
            c->line_size = c->line_size ? c->line_size * 2 : 4096;
            c->line = realloc(c->line, c->line_size);
            if (!c->line)
                fixture_fail("no memory", "");
        }
        if (byte == EOF || byte == '\n')
            break;
        c->line[length++] = (char)byte;
    }
    c->line[length] = 0;
    return 1;
}

static inline void fixture_open(struct fixture_case *c, const char *path)
{
    memset(c, 0, sizeof *c);
    c->file = fopen(path, "rb");
    if (!c->file)
        fixture_fail("cannot open", path);
}

static inline void fixture_free_tensors(struct fixture_case *c)
{
    for (int i = 0; i < c->tensor_count; i++)
        rt_torch_free(c->tensors[i].tensor);
    c->tensor_count = 0;
    c->attribute_count = 0;
}

static inline int64_t fixture_dtype(const char *name, size_t *size)
{
    static const struct {
        const char *name;
        int64_t number;
        size_t size;
    } known[] = {
        {"float32", RT_TORCH_FLOAT32, 4}, {"float64", RT_TORCH_FLOAT64, 8}, {"int32", RT_TORCH_INT32, 4},
        {"int64", RT_TORCH_INT64, 8},     {"bool", RT_TORCH_BOOL, 1},       {"uint8", RT_TORCH_UINT8, 1},
        {"complex64", RT_TORCH_COMPLEX64, 8},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0) {
            *size = known[i].size;
            return known[i].number;
        }
    fixture_fail("unknown dtype", name);
    return -1;
}

static inline void fixture_element(unsigned char *at, int64_t dtype, char **text)
{
    switch (dtype) {
    case RT_TORCH_FLOAT32: {
        float element = (float)strtod(*text, text);
        memcpy(at, &element, sizeof element);
        break;
    }
    case RT_TORCH_FLOAT64: {
        double element = strtod(*text, text);
        memcpy(at, &element, sizeof element);
        break;
    }
    case RT_TORCH_COMPLEX64: {
        float parts[2];
        parts[0] = (float)strtod(*text, text);
        parts[1] = (float)strtod(*text, text);
        memcpy(at, parts, sizeof parts);
        break;
    }
    case RT_TORCH_INT32: {
        int32_t element = (int32_t)strtol(*text, text, 10);
        memcpy(at, &element, sizeof element);
        break;
    }
    case RT_TORCH_INT64: {
        int64_t element = strtoll(*text, text, 10);
        memcpy(at, &element, sizeof element);
        break;
    }
    default: *at = (unsigned char)strtol(*text, text, 10);
    }
}

/* The tensor of a `tensor` line, whose elements are on the next line. */
static inline RuntimeValue fixture_read_tensor(struct fixture_case *c, const char *dtype_name, char *sizes)
{
    size_t size = 0;
    size_t count = 1;
    int64_t dtype = fixture_dtype(dtype_name, &size);
    RuntimeValue shape = rt_array_new(4);
    if (strcmp(sizes, "-") != 0) {
        for (char *at = sizes; *at;) {
            int64_t extent = strtoll(at, &at, 10);
            count *= (size_t)extent;
            rt_array_push(shape, rt_value_int(extent));
            if (*at == ',')
                at++;
        }
    }
    if (!fixture_line(c))
        fixture_fail("a tensor without elements in", c->name);
    unsigned char *data = malloc(count * size + 1);
    if (!data)
        fixture_fail("no memory", "");
    char *text = c->line;
    for (size_t i = 0; i < count; i++)
        fixture_element(data + i * size, dtype, &text);
    RuntimeValue tensor = rt_torch_tensor_from_buffer(data, (uint64_t)(count * size), shape, dtype, 0);
    free(data);
    rt_value_free(shape);
    return tensor;
}

/* Goes on to the next case; 0 at the end of the file, which is closed then. */
static inline int next_case(struct fixture_case *c)
{
    fixture_free_tensors(c);
    int inside = 0;
    while (fixture_line(c)) {
        char word[16], name[MOST_NAME], rest[512];
        rest[0] = 0;
        int words = sscanf(c->line, "%15s %95s %511[^\n]", word, name, rest);
        if (words < 1 || word[0] == '#')
            continue;
        if (strcmp(word, "end") == 0)
            return 1;
        if (strcmp(word, "case") == 0) {
            strcpy(c->name, name);
            inside = 1;
        } else if (strcmp(word, "attribute") == 0 && inside && c->attribute_count < MOST_PARTS) {
            struct fixture_attribute *attribute = &c->attributes[c->attribute_count++];
            strcpy(attribute->name, name);
            strcpy(attribute->value, rest);
        } else if (strcmp(word, "tensor") == 0 && inside && c->tensor_count < MOST_PARTS) {
            char dtype[32], sizes[128];
            if (sscanf(rest, "%31s %127s", dtype, sizes) != 2)
                fixture_fail("cannot read", c->line);
            struct fixture_tensor *part = &c->tensors[c->tensor_count];
            strcpy(part->name, name);
            part->tensor = fixture_read_tensor(c, dtype, sizes);
            c->tensor_count++;
        } else {
            fixture_fail("cannot read", c->line);
        }
    }
    fclose(c->file);
    free(c->line);
    c->file = NULL;
    c->line = NULL;
    return 0;
}

/* The attribute's text; NULL when the case has none of that name. */
static inline const char *fixture_text(const struct fixture_case *c, const char *name)
{
    for (int i = 0; i < c->attribute_count; i++)
        if (strcmp(c->attributes[i].name, name) == 0)
            return c->attributes[i].value;
    return NULL;
}

static inline double fixture_number(const struct fixture_case *c, const char *name)
{
    const char *text = fixture_text(c, name);
    if (!text)
        fixture_fail("no attribute", name);
    return strtod(text, NULL);
}

/* The tensor of this name; it belongs to the case. */
static inline RuntimeValue fixture_tensor(const struct fixture_case *c, const char *name)
{
    for (int i = 0; i < c->tensor_count; i++)
        if (strcmp(c->tensors[i].name, name) == 0)
            return c->tensors[i].tensor;
    fixture_fail("no tensor", name);
    return rt_value_nil();
}

#endif
