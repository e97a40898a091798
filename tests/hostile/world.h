/* What the driver of the hostile-word test asks world.c for. */
#ifndef HOSTILE_WORLD_H
#define HOSTILE_WORLD_H

#include "hostile.h"

/* Makes the value that is too slow to make in every child, before the first of them. */
void make_deep_value(void);

/* Makes the words to choose from anew: numbers, forged words, freed objects, then live ones. */
void new_world(void);

/* How many choices there are for an argument. */
int choices(Kind kind);

/* Sets an argument, and what to call it. For the kinds that go with a number, the next one too. */
void choose(Kind kind, int choice, Argument *argument, const char **label);

#endif /* HOSTILE_WORLD_H */
