-- Tutorial 3, preliminaries and task 1: the digits, ready for a network, and random batches of them.
--
-- What to see: digits.png shows the first 100 images; batches.png two random batches of 40, which
-- have other digits in them each time: that is what makes gradient descent stochastic.
local la = require "latent"

local run = la.script.start("Look at the digits, prepare them and draw random batches.", {
  data = true,
  { "batch", 40, "images in a batch", min = 1 },
})

local train, test = run:digits "train", run:digits "test"
print("train images", train.images.dtype, "[" .. table.concat(train.images.shape, ", ") .. "]")
print("test images ", test.images.dtype, "[" .. table.concat(test.images.shape, ", ") .. "]")
print("intensities from " .. train.images:min() .. " to " .. train.images:max())

-- a) Labels as one-hot vectors: label 3 becomes 0 0 0 1 0 0 0 0 0 0. The rows of the identity
-- matrix are just these vectors, and class ids are 1-based: label 3 is row 4.
local onehot = la.eye(10)[train.labels + 1]
print("label", train.labels[1], "one-hot", table.concat(onehot[1]:to("int64"):totable(), " "))

-- b) Intensities from [0, 255] to [-1, 1]: a signal centred on zero trains better.
-- c) Each image as one vector of 28 x 28 = 784 numbers, which is what a perceptron takes.
local images = train.images:reshape(-1, 784):to("float32") / 127.5 - 1
print("flat images [" .. table.concat(images.shape, ", ") .. "], from " .. images:min() .. " to " .. images:max())

-- Task 1: a random batch. The same rows are drawn from images and labels, so that they belong
-- together; rows are drawn with replacement.
local function random_batch(size)
  local rows = la.randint(1, #images, { size })
  return images[rows], onehot[rows]
end

local batch, labels = random_batch(run.batch)
local digits = {}
for i = 1, run.batch do digits[i] = labels[i]:argmax() - 1 end
print("a random batch:", table.concat(digits, " "))

local fig = la.plot.figure { title = "The first 100 digits", width = 600, height = 640 }
fig:image_grid(images[{ { 1, 100 } }]:reshape(-1, 28, 28), { cols = 10 })
run:save(fig, "digits.png")

fig = la.plot.figure { panels = { 1, 2 }, width = 1000, height = 440 }
for i, sample in ipairs { batch, (random_batch(run.batch)) } do
  fig:panel(i):title("Random batch " .. i):image_grid(sample:reshape(-1, 28, 28), { cols = 8 })
end
run:save(fig, "batches.png")
run:finish()
