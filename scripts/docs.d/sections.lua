--- The sections of the reference, in order, and the modules whose functions stand in each. A module
--- name covers those below it ("latent" alone does not); the longest name wins.
return {
  { id = "tensors", title = "Tensors", modules = { "latent.meta.tensor", "latent.functions", "latent.einsum" } },
  { id = "elementwise", title = "Element-wise operations", modules = { "operations" },
    text = {
      "Functions of each element, or of each pair of elements: both `la.exp(x)` and `x:exp()`. Operands",
      "broadcast and their dtypes are promoted as the guide says; numbers are operands too. They are all",
      "differentiable where their gradient is given.",
    } },
  { id = "linalg", title = "Linear algebra", modules = { "latent.meta.linalg", "latent.linalg" } },
  { id = "fuse", title = "Fused expressions", modules = { "latent.meta.fuse", "latent.fuse" } },
  { id = "autograd", title = "Gradients", modules = { "latent.meta.autograd", "latent.autograd" } },
  { id = "random", title = "Random numbers", modules = { "latent.meta.random", "latent.meta.samplers" } },
  { id = "distributions", title = "Distributions", modules = { "latent.distributions" } },
  { id = "nn", title = "Neural networks", modules = { "latent.nn", "latent.meta.nn" } },
  { id = "optim", title = "Optimisers", modules = { "latent.optim" } },
  { id = "train", title = "Training", modules = { "latent.train" } },
  { id = "models", title = "Models", modules = { "latent.models", "latent.meta.models" } },
  { id = "metrics", title = "Metrics", modules = { "latent.metrics" } },
  { id = "data", title = "Data sets", modules = { "latent.data" } },
  { id = "io", title = "Files", modules = { "latent.io", "latent.meta.io", "latent" } },
  { id = "plot", title = "Pictures", modules = { "latent.plot", "latent.meta.plot" } },
  { id = "progress", title = "Progress", modules = { "latent.progress" } },
  { id = "script", title = "Scripts", modules = { "latent.script" } },
  { id = "system", title = "Settings", modules = { "latent.meta.system", "latent.meta.print" } },
}
