/* The kernels for AMX with the tile unit in plain C, under another name. */
#define SOFTWARE_TILES
#define kernels_amx kernels_amx_in_software
#include "../native/kernels_amx.c"
