--- Where data sets are looked for.
local folders = {}

--- The folders that may hold a data set, in the order in which they are asked.
---@param root? string first of all, if given
---@return string[]
function folders.list(root)
  local list = {}
  local function add(folder, ending)
    if folder and folder ~= "" then list[#list + 1] = folder .. (ending or "") end
  end
  add(root)
  add(os.getenv "LATENT_DATA")
  local cache = os.getenv "XDG_CACHE_HOME"
  if cache and cache ~= "" then
    add(cache, "/latent")
  else
    add(os.getenv "HOME", "/.cache/latent")
  end
  return list
end

--- The first of several files that exists.
---@param list string[] folders
---@param names string[] names inside a folder, in order of preference
---@return string|nil path nil if there is none
function folders.find(list, names)
  for _, folder in ipairs(list) do
    for _, name in ipairs(names) do
      local path = folder .. "/" .. name
      local file = io.open(path, "rb")
      if file then
        file:close()
        return path
      end
    end
  end
end

return folders
