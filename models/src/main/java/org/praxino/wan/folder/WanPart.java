package org.praxino.wan.folder;

/** The networks a prompt passes through. */
public enum WanPart {
    TRANSFORMER("transformer", "diffusion_pytorch_model.safetensors, or a student's checkpoint such as model.pt"),
    VAE("VAE", "Wan2.1_VAE.pth, or vae/ in diffusers' layout"),
    TEXT("text encoder", "models_t5_umt5-xxl-enc-bf16.pth, or text_encoder/ in diffusers' layout");

    private final String label;
    private final String files;

    WanPart(String label, String files) {
        this.label = label;
        this.files = files;
    }

    /** As it is called in sentences. */
    public String label() {
        return label;
    }

    /** The files it is searched in. */
    String files() {
        return files;
    }
}
