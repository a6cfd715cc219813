// Types of the WebGPU interface for this folder; `webgpu` is an optional dependency without types of its own.
/// <reference types="@webgpu/types" />
