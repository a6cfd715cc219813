// Types of the WebGPU interface for this folder; `webgpu` is an optional dependency that brings none of its own.
/// <reference types="@webgpu/types" />
