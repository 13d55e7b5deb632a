/* nn.h - the parts of core.layers, what lua/latent/nn and lua/latent/optim are made of. Each adds
 * its functions to the table on top of the stack. */
#ifndef LB_NN_H
#define LB_NN_H

#include "binding/binding.h"

void lb_add_layers(lua_State *L);
void lb_add_losses(lua_State *L);
void lb_add_optimisers(lua_State *L);

#endif
