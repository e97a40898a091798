/* What the demos show while they work: the line that moves, and numbers for people. */
#ifndef SCREEN_H
#define SCREEN_H

#include "simple_runtime.h"

double seconds_now(void);

/* A line that the next one replaces, where a person is watching; end_progress takes it away. */
void show_progress(const char *what, double part, const char *note);
void end_progress(void);

const char *human_bytes(double bytes, char text[32]);
const char *bar(double part, char text[64]);
RuntimeValue string_from(const char *text);

/* The two arguments of printf's `%.*s` for a string value. */
int print_length(RuntimeValue string);
const char *print_text(RuntimeValue string);

#endif /* SCREEN_H */
