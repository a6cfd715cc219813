// Chinese words for what the lab says about files, sessions, texts and folders. The key is the English pattern.
export const fileWords = {
  'The prompt must use tokens of the text, got {0}, which the text does not have.':
    '提示必须使用文本中的词元；得到 {0}，文本中没有它。',
  'ONNX: op {0} of {1} cannot be expressed': 'ONNX：{1} 的运算 {0} 无法表达',
  'ONNX: a network that reads from both ends cannot be expressed, since the file reads a sequence position by position.':
    'ONNX：从两端读取的网络无法表达，因为该文件逐个位置读取序列。',
  'Export the weights as safetensors instead.': '请改为以 safetensors 导出权重。',
  'ONNX: model {0} cannot be expressed: an input layer, a model that is known here and a head are required':
    'ONNX：模型 {0} 无法表达：须有输入层、此处已知的模型和输出层',
  'Export fewer runs, or use the command line, which writes files of any size.':
    '请导出较少的运行，或使用命令行，它可写出任意大小的文件。',
  'Choose a network with the same model, layers and widths as the file.': '请选择模型、层数和宽度与文件相同的网络。',
  'Weights from PyTorch: {0}.': '来自 PyTorch 的权重：{0}。',
  'text "{0}" must be downloaded first ({1} bytes)': '文本“{0}”必须先下载（{1} 字节）',
  'Download it in the setup panel or with `minrnn data download`, or choose "moby-dick", which is always here.':
    '请在设置面板或用 `minrnn data download` 下载，或选择始终可用的 "moby-dick"。',
  'text "{0}": {1} must have SHA-256 {2}, got {3}': '文本“{0}”：{1} 的 SHA-256 必须是 {2}，得到 {3}',
  'Remove the file and import or download it again.': '请删除该文件，重新导入或下载。',
  'text "{0}": a text must have at most {1} bytes as UTF-8 (256 MiB), got {2}':
    '文本“{0}”：按 UTF-8 最多 {1} 字节（256 MiB），得到 {2}',
  'Choose a smaller file, or a part of it.': '请选择较小的文件，或其中一部分。',
  'text "{0}": its package must hold the text with SHA-256 {1}, got {2}':
    '文本“{0}”：其软件包中的文本 SHA-256 必须是 {1}，得到 {2}',
  'Install the program again.': '请重新安装程序。',
  'download: {0} must have {1} {2}, got {3}': '下载：{0} 的 {1} 必须是 {2}，得到 {3}',
  'Nothing was kept. Try again; if it stays like this, the source has changed.':
    '没有保留任何内容。请重试；若仍如此，说明来源已改变。',
  'download: {0} must have {1} bytes, got more': '下载：{0} 必须为 {1} 字节，得到更多',
  'download: {0} was cancelled': '下载：{0} 已取消',
  'download: {0} could not be fetched: {1}': '下载：无法获取 {0}：{1}',
  'Check the connection and try again; what came so far is kept.': '请检查网络并重试；已收到的部分会保留。',
  'export: there is no run "{0}"': '导出：没有运行“{0}”',
  'export: none of the runs has been prepared yet, so there is nothing to draw':
    '导出：还没有任何运行完成准备，没有可绘制的内容',
  'Let a run begin.': '请先开始一个运行。',
  'export: none of the runs has weights saved yet': '导出：还没有任何运行保存了权重',
  'Let a run reach its first checkpoint.': '请让一个运行到达第一个检查点。',
  'Choose another name, or allow it to be replaced.': '请换一个名称，或允许替换。',
  'export: {0} is already there': '导出：{0} 已经存在',
  'session: a file name may have up to {0} bytes, including its extension': '会话：文件名（含扩展名）最多 {0} 字节',
  'Give the file a shorter name.': '请起一个更短的文件名。',
  'session: there is no run "{0}"': '会话：没有运行“{0}”',
  '{0}: {1} must hold JSON, got text that is cut off or changed. What can be read of it is used':
    '{0}：{1} 必须是 JSON，得到被截断或改动的文本。能读出的部分会被使用',
  'The file is kept as {0}.damaged-… when it is written next; take from there what is missing.':
    '下次写入时，该文件会保留为 {0}.damaged-…；缺少的内容可从那里取回。',
  'Try again; close the other program if it hangs.': '请重试；若另一程序没有响应，请将其关闭。',
  '{0}: {1} is being written by another program': '{0}：{1} 正被另一程序写入',
  'session: one change is not in {0}: {1}': '会话：1 项更改未写入 {0}：{1}',
  'session: {0} changes are not in {1}: {2}': '会话：{0} 项更改未写入 {1}：{2}',
  'Remove the cause and try again, save the session elsewhere, or discard the changes.':
    '请排除原因后重试、将会话保存到别处，或放弃更改。',
  'session: {0} was closed before this could be done; nothing was changed': '会话：{0} 在此之前已关闭；没有任何更改',
  'Open it again.': '请重新打开。',
  'session: all is saved, but in two files, {0} and {1}-wal: {2}':
    '会话：已全部保存，但在 {0} 和 {1}-wal 两个文件中：{2}',
  'Keep the two together; opening the session and closing it again makes them one.':
    '请将两者放在一起；再打开并关闭一次会话即可合为一个。',
  'lab: a session must be open, got none': '必须有打开的会话，现在没有',
  'Open a session or start a new one.': '请打开会话或新建一个。',
  '{0}: {1} must be a file, got {2}': '{0}：{1} 必须是文件，得到 {2}',
  'Choose an ordinary file.': '请选择普通文件。',
  '{0} bytes ({1} MiB)': '{0} 字节（{1} MiB）',
  '{0}: {1} must have at most {2}, got {3}': '{0}：{1} 最多 {2}，得到 {3}',
  '{0}: {1} must be a file that is not being written, got an open session':
    '{0}：{1} 必须是无人写入的文件，得到一个打开的会话',
  'Choose another file.': '请选择其他文件。',
  '{0}: it must continue with the text "{1}" it has learnt ({2}), got another one of that name ({3})':
    '{0}：必须用它学过的文本“{1}”（{2}）继续，得到同名的另一文本（{3}）',
  'Import the text it has learnt, or store it in the session on a machine that has it. --other-data uses the other text and marks the run.':
    '请导入它学过的文本，或在有该文本处把它放入会话。--other-data 表示明知而采用另一文本，并标记该运行。',
  '{0}: the text "{1}" it has learnt ({2}) must be here, got no text with this content':
    '{0}：它学过的文本“{1}”（{2}）必须在本机，但没有此内容的文本',
  'Import that text here, or store it in the session on a machine that has it.':
    '请在此导入该文本，或在有该文本处把它放入会话。',
  'SHA-256 {0}, {1} bytes, {2} symbols with SHA-256 {3}': 'SHA-256 {0}，{1} 字节，{2} 个符号，其 SHA-256 {3}',
  'Save a copy under another name and continue there.': '请另存一份副本，在副本中继续。',
  'session: {0} is open for reading only': '会话：{0} 以只读方式打开',
  'undo: nothing in the trash belongs to "{0}"': '撤销：回收站中没有属于“{0}”的内容',
  'undo: {0} exists again': '撤销：{0} 又存在了',
  'Rename that file, then undo.': '请重命名该文件，然后撤销。',
  'Free some space on that disk and try again; everything saved before is still there.':
    '请在该磁盘上腾出空间后重试；此前保存的内容都还在。',
  'Use "minrnn session check" for details, or save a copy of what can be read.':
    '用 "minrnn session check" 查看详情，或把能读出的部分另存副本。',
  'Check the disk or its connection and try again; nothing was changed.': '请检查磁盘或其连接后重试；没有任何更改。',
  'Choose a folder that can be written, or change the permissions of the file.': '请选择可写的文件夹，或更改文件权限。',
  'Close the file in the other program, or open it read-only.': '请在另一程序中关闭该文件，或以只读方式打开。',
  'Copy the file into one of these folders, or use the command line, which may use any file.':
    '请把文件复制到这些文件夹之一，或使用命令行，命令行可用任何文件。',
  'Choose a folder for it, such as one in your documents.': '请为它选择一个文件夹，例如在“文档”中。',
  'Save the file as UTF-8 in an editor and choose it again.': '请在编辑器中将文件存为 UTF-8，再重新选择。',
  'settings: {0} must be a full path to a folder of your own that is not hidden, got {1}':
    '设置：{0} 必须是您自己的、非隐藏文件夹的完整路径，得到 {1}',
  '{0}: the file must lie in {1}, or be chosen in a dialog, got {2}':
    '{0}：文件必须位于 {1}，或在对话框中选取，得到 {2}',
  '{0}: the name must end in {1}, got {2}': '{0}：名称必须以 {1} 结尾，得到 {2}',
  'session: {0} must be readable, got {1}': '会话：{0} 必须可读，得到 {1}',
  'Other sessions go on.': '其他会话不受影响。',
  'Other sessions are not affected.': '其他会话不受影响。',
  'session: a session must be open, got a closed one': '会话必须是打开的，得到已关闭的会话',
  "session: the session's thread must fit in memory, got {0}": '会话：会话线程必须放得进内存，得到 {0}',
  'session: format {0} can be checked, got format {1}; open it first':
    '会话：只能检查格式 {0}，得到格式 {1}；请先打开它',
  'checkpoint: the {0} checkpoint of step {1} must be {2} bytes with SHA-256 {3}, got {4} bytes with {5}':
    '检查点：第 {1} 步的 {0} 检查点必须为 {2} 字节、SHA-256 {3}，得到 {4} 字节、{5}',
  'Continue from another checkpoint of the run.': '请从该运行的另一检查点继续。',
  'checkpoint: run {0} must have {1}, got {2}': '检查点：运行 {0} 必须有 {1}，得到 {2}',
  'saveCopy: the copy must have another name than the session, got {0}': '另存副本：副本名称必须与会话不同，得到 {0}',
  'merge: at least two sessions must be named, got {0}': '合并：至少要指定两个会话，得到 {0}',
  'Name two or more session files.': '请指定两个或更多会话文件。',
  'merge: each session must be named once, got {0} twice': '合并：每个会话只能指定一次，{0} 出现了两次',
  'Name it once.': '请只指定一次。',
  'merge: the new session must be another file than those that are merged, got {0}':
    '合并：新会话必须不同于被合并的文件，得到 {0}',
  'merge: {0} must be whole, got {1}': '合并：{0} 必须完好，得到 {1}',
  'Open it in the lab and save it under another name: that copy holds all that can be read, and can be merged.':
    '请在实验室中打开它并另存为其他名称：该副本包含所有可读内容，可以合并。',
  'merge: a run must have one history in all files, got another one under the same id: {0}':
    '合并：同一运行在所有文件中必须只有一种历史，同一编号下得到另一种：{0}',
  '{0} in {1} and {2}': '{0}（{1} 与 {2}）',
  '{0}; and {1} more': '{0}；另有 {1} 个',
  'Leave one of the files out, or keep both copies of such runs with --keep-both. Nothing was written.':
    '请去掉其中一个文件，或用 --keep-both 保留这类运行的两份副本。没有写入任何内容。',
  'Add {0} to the name.': '请在名称后加上 {0}。',
  'Choose another name.': '请换一个名称。',
  'saveCopy: the file to replace must not be open, got {0}': '另存副本：要替换的文件不得处于打开状态，得到 {0}',
  'Close that session first.': '请先关闭那个会话。',
  'saveCopy: {0} must be a place a session can be written at, got: {1}':
    '另存副本：{0} 必须是可写入会话的位置，得到：{1}',
  'session: {0} must be readable to its end, got {1} from the disk': '会话：{0} 必须能读到末尾，磁盘返回 {1}',
  'a named pipe': '命名管道',
  '{0}: only {1} may be replaced here, got {2}': '{0}：这里只能替换 {1}，得到 {2}',
  'session: {0} must be lockable, got input and output errors': '会话：{0} 必须能加锁，得到输入输出错误',
  'session: {0} must be open for writing once, got a file that is written under another name':
    '会话：{0} 只能由一处写入，得到以另一名称写入的文件',
  'session: {0} must be open for writing once, got a second writer': '会话：{0} 只能由一处写入，得到第二个写入者',
  'session: {0} must be read under the name it is written under, got another name of a file in use':
    '会话：{0} 必须以其写入时的名称读取，得到使用中文件的另一名称',
  'Close it in the other program, or open it under the name it is open under there.':
    '请在另一程序中关闭它，或以它在那里打开的名称打开。',
  'session: the folder must exist, got {0}': '会话：文件夹必须存在，得到 {0}',
  'Make the folder.': '请建立该文件夹。',
  'session: the file must exist, got {0}': '会话：文件必须存在，得到 {0}',
  'Check the path.': '请检查路径。',
  'session: a file is required, got {0}: {1}': '会话：需要一个文件，得到 {0}：{1}',
  'session: {0} must hold a session, got an empty file': '会话：{0} 必须含有会话，得到空文件',
  'session: the name must be free, got an existing file: {0}': '会话：名称必须未被占用，得到已有文件：{0}',
  'Choose another name or allow replacing it.': '请换一个名称，或允许替换。',
  'session: the row about the session itself must be there, got none': '会话：必须有描述会话自身的一行，得到空',
  'edit: the baseline must be a run of this session, got {0}': '基准必须是此会话中的运行，得到 {0}',
  'session: a block of points must have a multiple of {0} bytes, got {1}':
    '会话：数据块字节数必须是 {0} 的倍数，得到 {1}',
  'session: a block of points must have checksum {0}, got {1}': '会话：数据块的校验和必须是 {0}，得到 {1}',
  'session: a {0} level must hold {1} numbers, got {2}': '会话：{0} 级必须含 {1} 个数，得到 {2}',
  'session: chunk {0} must have its points, got none': '会话：数据块 {0} 必须有数据点，得到空',
  'session: format {0} must migrate without damage, got {1}': '会话：格式 {0} 必须能无损迁移，得到 {1}',
  'session: {0} must be whole, got {1}': '会话：{0} 必须完整，得到 {1}',
  'session: {0} is open for viewing only, because its disk is full': '会话：{0} 只能查看，因为其磁盘已满',
  'Free some space on that disk and open the session again; everything saved before is still there.':
    '请在该磁盘上腾出空间，再重新打开会话；此前保存的内容都还在。',
  'session: {0} must have format {1} to be read, got format {2}': '会话：{0} 须为格式 {1} 才能读取，得到格式 {2}',
  'Open it once for writing: it is converted to the current format and the old file is kept next to it.':
    '请以可写方式打开一次：会转换为当前格式，旧文件保留在旁边。',
  'session: its file must be at {0}, got {1}: it was moved or removed while open':
    '会话：其文件必须在 {0}，得到 {1}：文件在打开期间被移动或删除',
  'Put the file back, or save the session under a new name: everything so far is kept until it is closed.':
    '请把文件放回原处，或以新名称保存会话：关闭之前，到目前为止的一切都会保留。',
  'session: {0} must be open for writing, got a read-only session': '会话：{0} 必须可写，得到只读会话',
  'Save a copy and open that.': '请另存副本并打开副本。',
  'session: {0} must have the tables of format {1}, got a garbled statement':
    '会话：{0} 必须有格式 {1} 的表，得到混乱的语句',
  'session: {0} is not a session of this program: it must have {1}, got {2}':
    '会话：{0} 不是本程序的会话：必须有 {1}，得到 {2}',
  'Open a file that this program has saved. Nothing of this one was executed or changed.':
    '请打开本程序保存的文件。此文件未被执行或更改。',
  'session: {0} must be openable, got an error of the disk': '会话：{0} 必须能打开，得到磁盘错误',
  'session: reading {0} needs room for a copy in {1}, and that disk is full':
    '会话：读取 {0} 需要在 {1} 中存放副本，而该磁盘已满',
  'session: {0} must be a session of minRNN Lab (application id {1}), got {2}':
    '会话：{0} 必须是 minRNN Lab 的会话（应用标识 {1}），得到 {2}',
  'Open a file that this program has saved.': '请打开本程序保存的文件。',
  'session: {0} must have format {1} or older, got format {2}': '会话：{0} 须为格式 {1} 或更早，得到格式 {2}',
  'Open it with the version of the program that wrote it, or a newer one.': '请用写入它的程序版本或更新的版本打开。',
  'session: {0} must have a format from 1 to {1}, got {2}': '会话：{0} 的格式须为 1 至 {1}，得到 {2}',
  'session: {0} must be an SQLite file, got something else': '会话：{0} 必须是 SQLite 文件，得到其他内容',
  'session: {0} could not be written': '会话：无法写入 {0}',
  'session: the run must be in the session, got {0}': '会话：运行必须在会话中，得到 {0}',
  'session: {0} must be readable, got {1}, and no run can be recovered':
    '会话：{0} 必须可读，得到 {1}，且没有可恢复的运行',
  'session: column {0} must hold {1}, got {2}': '会话：列 {0} 必须是 {1}，得到 {2}',
  'text "{0}" in the session must be {1} bytes with SHA-256 {2}, got {3} bytes with {4}':
    '会话中的文本“{0}”必须为 {1} 字节、SHA-256 {2}，得到 {3} 字节、{4}',
  'Import the text again from its file.': '请从其文件重新导入文本。',
  'text "{0}": {1}': '文本“{0}”：{1}',
  'the file starts like {0}, got invalid bytes': '文件以 {0} 开头，但其中的字节不是',
  'the file must be UTF-8 or UTF-16 text, got something else at byte {0}':
    '文件必须是 UTF-8 或 UTF-16 文本，第 {0} 字节不是',
  'the file must hold at least one character, got an empty file': '文件至少要有一个字符，得到空文件',
  'It is not text, or text in an unusual encoding (UTF-32, UTF-16 without a mark). Save it as UTF-8.':
    '它不是文本，或是少见的编码（UTF-32、无标记的 UTF-16）。请存为 UTF-8。',
  'a text must have no zero character, got one at character {0}': '文本不得含零字符，第 {0} 个字符是零',
  'a text must be valid Unicode, got an unpaired surrogate': '文本必须是 Unicode，得到单独的半个字符',
  'export: a download must have at most {0} bytes (256 MiB), got {1}': '导出：下载最多 {0} 字节（256 MiB），得到 {1}',
  '{0}: a text must have at most {1} bytes (256 MiB), got {2}': '{0}：文本最多 {1} 字节（256 MiB），得到 {2}',
  'sample: run {0} must have sample {1}, got none of that number': '采样：运行 {0} 必须有样本 {1}，没有该编号的样本',
  none: '无',
  'another file': '另一个文件',
  'a {0} checkpoint': '一个 {0} 检查点',
  'a checkpoint of step {0}': '第 {0} 步的检查点',
  'none at all': '一个也没有',
  'none yet': '尚无',
  more: '更多',
  'a file': '文件',
  'a folder': '文件夹',
  'a socket': '套接字',
  'a device': '设备',
  'a session': '会话',
  'a database of another program': '其他程序的数据库',
  'a part of a session that is open': '打开的会话的一部分',
  'a CSV export': 'CSV 导出文件',
  'a JSON export': 'JSON 导出文件',
  weights: '权重',
  'an export of the same kind': '同类的导出文件',
  'an empty file': '空文件',
  'a folder, a device or a pipe': '文件夹、设备或管道',
  'a file that this program has not written': '不是本程序写出的文件',
  'an end of the process that reads it ({0})': '读取它的进程已结束（{0}）',
  'an SQLite file of no program': '不属于任何程序的 SQLite 文件',
  'application id {0}': '应用标识 {0}',
  bytes: '字节',
  'a finite number': '有限数',
  'no answer within {0} s': '{0} 秒内没有回答',
  'no state': '无状态',
  'tensor {0} {1} has no place in this network': '张量 {0} {1} 在此网络中没有位置',
  'tensor {0} {1} is required for {2}, got none': '{2} 需要张量 {0} {1}，没有得到',
  '{0} must be one tensor, got {1}': '{0} 必须是一个张量，得到 {1}',
  'tensor {0} must hold floating-point numbers': '张量 {0} 必须存放浮点数',

  'sample: {0} has finished and must have a checkpoint, got none': '采样：{0} 已完成，必须有检查点，没有找到',
  'This page needs the key in the address that "minrnn serve" printed when it started last, got {0}.':
    '此页面需要“minrnn serve”上次启动时所显示地址中的密钥，得到{0}。',
  'one from an earlier start of the program': '另一个密钥，可能属于程序之前的某次启动',
  'Open that address to continue: nothing is lost. If you no longer have it, end "minrnn serve" with Ctrl+C and start it again.':
    '请打开该地址继续：没有任何内容丢失。若已找不到该地址，请用 Ctrl+C 结束“minrnn serve”并重新启动。',
} as const;
