/** Where the values of one of our tensors stand in a published file: parts side by side, each turned or not. */
export interface PublishedTensor {
  /** Tensors whose columns stand beside one another; of vectors, one behind the other. */
  readonly parts: readonly string[];
  /** Whether the file has columns × inner where ours is inner × columns. */
  readonly isTurned: boolean;
}

const LAYER = /^L(\d+)\.(.+)$/;

type Names = Readonly<Record<string, readonly string[]>>;

/** Llama and Mistral: `{n}` is the layer. Linear layers are stored as columns × inner. */
const LLAMA: Names = {
  'embed.tokens': ['model.embed_tokens.weight'],
  'head.norm.gain': ['model.norm.weight'],
  'head.weight': ['lm_head.weight'],
  'attn.norm.gain': ['model.layers.{n}.input_layernorm.weight'],
  'attn.qkv.weight': ['q', 'k', 'v'].map((part) => `model.layers.{n}.self_attn.${part}_proj.weight`),
  'attn.qkv.bias': ['q', 'k', 'v'].map((part) => `model.layers.{n}.self_attn.${part}_proj.bias`),
  'attn.out.weight': ['model.layers.{n}.self_attn.o_proj.weight'],
  'attn.out.bias': ['model.layers.{n}.self_attn.o_proj.bias'],
  'mlp.norm.gain': ['model.layers.{n}.post_attention_layernorm.weight'],
  'mlp.gate.weight': ['model.layers.{n}.mlp.gate_proj.weight'],
  'mlp.gate.bias': ['model.layers.{n}.mlp.gate_proj.bias'],
  'mlp.up.weight': ['model.layers.{n}.mlp.up_proj.weight'],
  'mlp.up.bias': ['model.layers.{n}.mlp.up_proj.bias'],
  'mlp.down.weight': ['model.layers.{n}.mlp.down_proj.weight'],
  'mlp.down.bias': ['model.layers.{n}.mlp.down_proj.bias'],
};

const OPT: Names = {
  'embed.tokens': ['model.decoder.embed_tokens.weight'],
  'embed.positions': ['model.decoder.embed_positions.weight'],
  'embed.project.weight': ['model.decoder.project_in.weight'],
  'head.project.weight': ['model.decoder.project_out.weight'],
  'head.norm.gain': ['model.decoder.final_layer_norm.weight'],
  'head.norm.bias': ['model.decoder.final_layer_norm.bias'],
  'head.weight': ['lm_head.weight'],
  'attn.norm.gain': ['model.decoder.layers.{n}.self_attn_layer_norm.weight'],
  'attn.norm.bias': ['model.decoder.layers.{n}.self_attn_layer_norm.bias'],
  'attn.qkv.weight': ['q', 'k', 'v'].map((part) => `model.decoder.layers.{n}.self_attn.${part}_proj.weight`),
  'attn.qkv.bias': ['q', 'k', 'v'].map((part) => `model.decoder.layers.{n}.self_attn.${part}_proj.bias`),
  'attn.out.weight': ['model.decoder.layers.{n}.self_attn.out_proj.weight'],
  'attn.out.bias': ['model.decoder.layers.{n}.self_attn.out_proj.bias'],
  'mlp.norm.gain': ['model.decoder.layers.{n}.final_layer_norm.weight'],
  'mlp.norm.bias': ['model.decoder.layers.{n}.final_layer_norm.bias'],
  'mlp.up.weight': ['model.decoder.layers.{n}.fc1.weight'],
  'mlp.up.bias': ['model.decoder.layers.{n}.fc1.bias'],
  'mlp.down.weight': ['model.decoder.layers.{n}.fc2.weight'],
  'mlp.down.bias': ['model.decoder.layers.{n}.fc2.bias'],
};

/** GPT-2 stores its matrices as inner × columns, queries, keys and values in one. */
const GPT2: Names = {
  'embed.tokens': ['wte.weight'],
  'embed.positions': ['wpe.weight'],
  'head.norm.gain': ['ln_f.weight'],
  'head.norm.bias': ['ln_f.bias'],
  'attn.norm.gain': ['h.{n}.ln_1.weight'],
  'attn.norm.bias': ['h.{n}.ln_1.bias'],
  'attn.qkv.weight': ['h.{n}.attn.c_attn.weight'],
  'attn.qkv.bias': ['h.{n}.attn.c_attn.bias'],
  'attn.out.weight': ['h.{n}.attn.c_proj.weight'],
  'attn.out.bias': ['h.{n}.attn.c_proj.bias'],
  'mlp.norm.gain': ['h.{n}.ln_2.weight'],
  'mlp.norm.bias': ['h.{n}.ln_2.bias'],
  'mlp.up.weight': ['h.{n}.mlp.c_fc.weight'],
  'mlp.up.bias': ['h.{n}.mlp.c_fc.bias'],
  'mlp.down.weight': ['h.{n}.mlp.c_proj.weight'],
  'mlp.down.bias': ['h.{n}.mlp.c_proj.bias'],
};

const FAMILIES = [
  { names: LLAMA, prefix: '', isTurned: true },
  { names: OPT, prefix: '', isTurned: true },
  { names: GPT2, prefix: '', isTurned: false },
  { names: GPT2, prefix: 'transformer.', isTurned: false },
] as const;

/** Where a tensor of ours stands under the names of the Hugging Face models; undefined where `has` knows none of them. */
export function publishedTensor(tensor: string, has: (name: string) => boolean): PublishedTensor | undefined {
  const [, layer = '', local = tensor] = LAYER.exec(tensor) ?? [];
  const isMatrix = tensor.endsWith('.weight');
  for (const { names, prefix, isTurned } of FAMILIES) {
    if (!Object.hasOwn(names, local)) continue;
    const parts = (names[local] ?? []).map((name) => prefix + name.replace('{n}', layer));
    if (parts.length > 0 && parts.every(has)) return { parts, isTurned: isTurned && isMatrix };
  }
  return undefined;
}
