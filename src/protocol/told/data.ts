// Chinese words for what is said about labelled series, pictures and arrays. The key is the English pattern.
export const dataWords = {
  'data "{0}": {1}': '数据“{0}”：{1}',
  'numbers must be whole or floating point, got type {0}': '数值必须是整数或浮点数，得到类型 {0}',
  'an array must have at most {0} numbers, got {1}': '数组最多 {0} 个数值，得到 {1}',
  '{0} numbers need {1} bytes, got {2}': '{0} 个数值需要 {1} 字节，得到 {2}',
  'The file was cut off or has extra data at its end: copy it again.': '文件被截断，或末尾有多余内容：请重新复制。',
  'every value must be a finite number, got something else at position {0}': '每个数值都必须有限，第 {0} 个不是',
  'an IDX file must begin with two zero bytes and its type, got other bytes':
    'IDX 文件必须以两个零字节和类型开头，得到其他字节',
  'an IDX file must have from 1 to 4 extents in its header, got {0} in {1} bytes':
    'IDX 文件头须有 1 到 4 个维度，得到 {0} 个（文件 {1} 字节）',
  "a .npy file must begin with NumPy's mark and a header, got other bytes":
    '.npy 文件必须以 NumPy 标记和文件头开头，得到其他字节',
  'the header must end before the file does, got an end at byte {0} of {1}':
    '文件头必须在文件结束前结束，得到结束于第 {0} 字节，文件共 {1} 字节',
  'the header must name a type of numbers and a shape, got {0}': '文件头必须给出数值类型和形状，得到 {0}',
  'the numbers must lie in C order, got Fortran order': '数值必须按 C 顺序存放，得到 Fortran 顺序',
  'Save it with numpy.save(name, numpy.ascontiguousarray(x)).':
    '请用 numpy.save(name, numpy.ascontiguousarray(x)) 保存。',
  'data "{0}", line {1}: {2}': '数据“{0}”第 {1} 行：{2}',
  'a series must have a class, got none': '每个序列必须有类别，此处没有',
  'a series must have at least one value, got none': '每个序列至少有一个数值，此处没有',
  'every step must have {0} values as those before, got {1}': '每一步都须与之前一样有 {0} 个数值，得到 {1}',
  'a set must have at most {0} classes, got more': '最多 {0} 个类别，得到更多',
  'a set must have at most {0} sequences and {1} values, got more': '最多 {0} 个序列和 {1} 个数值，得到更多',
  'the array of sequences must have from 2 to 4 extents, got {0}': '序列数组须有 2 到 4 个维度，得到 {0}',
  'there must be one class for each of {0} sequences, got {1}': '{0} 个序列须各有一个类别，得到 {1} 个',
  'classes must be whole numbers, got others': '类别必须是整数，得到其他数值',
  'a set must have at most {0} classes, got {1}': '最多 {0} 个类别，得到 {1}',
  'the file must hold values, lengths and classes, got other tensors': '文件须含数值、长度和类别，得到其他张量',
  'the file must say what it holds, got a header that does not': '文件须说明其内容，其文件头没有说明',
  'a set must have from 2 to {0} sequences, got {1}': '须有 2 到 {0} 个序列，得到 {1}',
  'each sequence must have a class, got {0} for {1}': '每个序列须有类别，{1} 个序列得到 {0} 个',
  'a set must have from 2 to {0} classes, got {1}': '须有 2 到 {0} 个类别，得到 {1}',
  'a step must have a whole number of values, got {0}': '每一步的数值个数须为正整数，得到 {0}',
  'pictures must have a size, and only they': '图像须有尺寸，且只有图像有',
  'a picture must have {0} values, got the size {1}': '一幅图像须有 {0} 个数值，得到尺寸 {1}',
  'a set must have at most {0} values, got {1}': '最多 {0} 个数值，得到 {1}',
  'a sequence must have at least one step, got {0}': '每个序列至少一步，得到 {0}',
  'the sequences must have {0} values, got {1}': '所有序列须共有 {0} 个数值，得到 {1}',
  'sequence {0} must have one of {1} classes, got number {2}': '第 {0} 个序列须属于 {1} 个类别之一，得到编号 {2}',
  'values and a class apart by a colon are needed, got none': '需要以冒号分隔的数值与类别，此处没有',
  'all channels must have {0} values, got {1} in one': '所有通道须有 {0} 个数值，其中一个有 {1} 个',
  'a line': '一行',
  'a line must be JSON, got other text': '每行须为 JSON，得到其他文本',
  'a line must be {"label": …, "values": […]} with numbers, got something else':
    '每行须为 {"label": …, "values": […]}，其中为数值，得到其他内容',
  'a text': '文本',
  series: '序列',
  pictures: '图像',
  'Data "{0}" must be here and hold {1}, got {2}.': '数据“{0}”必须在此且内容为{1}，得到{2}。',
  'The mean over the steps needs series of one length, got up to {0} steps and fewer.':
    '各步平均需要长度相同的序列，得到最长 {0} 步，也有更短的。',
  'Answer at the last step.': '请选择在最后一步回答。',
  'Held-out share must leave sequences in both parts, got {0} to learn from and {1} held out.':
    '留出比例须使两部分都有序列，得到训练 {0} 个、留出 {1} 个。',
  'data "{0}": it must hold sequences or pictures, got one number for each: these are classes':
    '数据“{0}”：须含序列或图像，得到每项一个数：这些是类别',
  'Choose the file of the sequences; the classes are read from the file beside it.':
    '请选择序列的文件；类别由旁边的文件读出。',
  'data "{0}": a file packed by gzip must unpack to at most {1} bytes, got one that is damaged or longer':
    '数据“{0}”：gzip 文件解压后最多 {1} 字节，得到损坏的或更长的文件',
  'Copy the file again, or unpack it and choose a part of it.': '请重新复制该文件，或解压后选择其中一部分。',
  'data "{0}": the file of the classes must be beside it, got none called {1}':
    '数据“{0}”：旁边须有类别的文件，没有名为 {1} 的文件',
  'Name the two as MNIST does (…images…, …labels…) or x_….npy and y_….npy.':
    '请像 MNIST 那样命名两个文件（…images…、…labels…），或用 x_….npy 与 y_….npy。',
  'data "{0}": its file must hold {1}, got {2}': '数据“{0}”：其文件内容须为 {1}，得到 {2}',
  'data: {0} must have SHA-256 {1}, got {2}': '数据：{0} 的 SHA-256 必须是 {1}，得到 {2}',
  'picture "{0}": {1}': '图像“{0}”：{1}',
  'a PNG file must be whole, got one that is cut off or damaged': 'PNG 文件须完整，得到被截断或损坏的文件',
  'a PNG file must begin with a valid header, got another': 'PNG 文件须以有效的文件头开头，得到其他内容',
  'a picture must have at most {0} points a side, got {1} x {2}': '图像每边最多 {0} 点，得到 {1} x {2}',
  'a picture must not be interlaced': '图像不得为隔行存储',
  'Save it again without interlacing.': '请不用隔行存储重新保存。',
  'a picture with a palette must have every colour it uses': '带调色板的图像须含其使用的每种颜色',
  'a folder of pictures must have from 2 to {0} folders in it, one for each class, got {1}':
    '图像文件夹中须有 2 到 {0} 个文件夹，每个类别一个，得到 {1} 个',
  'Put the pictures of each class into a folder of its own.': '请把每个类别的图像放入各自的文件夹。',
  'Choose fewer or smaller pictures.': '请选择更少或更小的图像。',
  'pictures must be PNG files, got {0}': '图像须为 PNG 文件，得到 {0}',
  'Save them as PNG, for example with ImageMagick: magick mogrify -format png *.jpg.':
    '请另存为 PNG，例如用 ImageMagick：magick mogrify -format png *.jpg。',
  'each class must have a picture, got none in {0}': '每个类别须有图像，{0} 中没有',
  'Remove the empty folder.': '请删除空文件夹。',
  'all pictures must have {0} x {1} points as the first, got {2} x {3} in {4}':
    '所有图像须与第一幅一样为 {0} x {1} 点，{4} 为 {2} x {3}',
  'Scale them to one size, for example with ImageMagick: magick mogrify -resize 64x64! *.png.':
    '请缩放到同一尺寸，例如用 ImageMagick：magick mogrify -resize 64x64! *.png。',
} as const;
