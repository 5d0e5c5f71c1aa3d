#include <pango/pangocairo.h>
#include <cairo.h>
#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <hb.h>
#include <hb-subset.h>
#include <iconv.h>

#ifdef __linux__
/* Declared by <sys/mman.h> only under _GNU_SOURCE, which a module map cannot set. */
extern int memfd_create(const char *name, unsigned int flags);
#endif
