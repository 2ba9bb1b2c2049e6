"""The layers of PyTorch 2 and Keras 3 by name, with the kind that each means; those without one have none."""

from __future__ import annotations


def _ranked(names: str) -> list[str]:
    return [name.replace("#", rank) for name in names.split() for rank in ("123" if "#" in name else "-")]


MEANT = {
    "conv": "Conv#d LazyConv#d Conv#D",
    "depthwise": "DepthwiseConv1D DepthwiseConv2D",
    "conv_transpose": "ConvTranspose#d LazyConvTranspose#d Conv#DTranspose",
    "max_pool": "MaxPool#d MaxPooling#D MaxPool#D",
    "avg_pool": "AvgPool#d AveragePooling#D AvgPool#D",
    "adaptive_avg_pool": "AdaptiveAvgPool#d",
    "global_avg_pool": "GlobalAveragePooling#D GlobalAvgPool#D",
    "global_max_pool": "GlobalMaxPooling#D GlobalMaxPool#D",
    "fc": "Linear LazyLinear Dense",
    "identity": "Identity",
    "dropout": ("Dropout Dropout#d AlphaDropout FeatureAlphaDropout SpatialDropout#D GaussianDropout"),
    "flatten": "Flatten",
    "reshape": "Unflatten Reshape",
    "channel_shuffle": "ChannelShuffle",
    "pad": "ZeroPad#d ConstantPad#d ReflectionPad#d ReplicationPad#d ZeroPadding#D",
    "crop": "Cropping#D",
    "upsample": "Upsample UpsamplingNearest2d UpsamplingBilinear2d UpSampling#D",
    "depth_to_space": "PixelShuffle",
    "space_to_depth": "PixelUnshuffle",
    "batch_norm": "BatchNorm#d LazyBatchNorm#d SyncBatchNorm BatchNormalization",
    "layer_norm": "LayerNorm LayerNormalization",
    "group_norm": "GroupNorm GroupNormalization",
    "instance_norm": "InstanceNorm#d LazyInstanceNorm#d",
    "lrn": "LocalResponseNorm",
    "softmax": "Softmax Softmax2d",
    "log_softmax": "LogSoftmax",
    "add": "Add",
    "subtract": "Subtract",
    "multiply": "Multiply",
    "concat": "Concatenate",
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "mish": "Mish",
    "sigmoid": "Sigmoid",
    "hard_sigmoid": "Hardsigmoid",
    "hard_swish": "Hardswish",
    "tanh": "Tanh",
    "softplus": "Softplus",
    "sequence": "Sequential",
}
LACKING = (
    "RNN LSTM GRU RNNCell LSTMCell GRUCell RNNBase RNNCellBase SimpleRNN SimpleRNNCell StackedRNNCells ConvLSTM#D "
    "Bidirectional TimeDistributed MultiheadAttention MultiHeadAttention GroupQueryAttention Attention "
    "AdditiveAttention Transformer TransformerEncoder TransformerEncoderLayer TransformerDecoder "
    "TransformerDecoderLayer Embedding EmbeddingBag ReversibleEmbedding Hashing CategoryEncoding StringLookup "
    "IntegerLookup TextVectorization Discretization HashedCrossing MelSpectrogram STFTSpectrogram LocallyConnected1D "
    "LocallyConnected2D AdaptiveMaxPool#d AdaptiveMaxPooling#D MaxUnpool#d FractionalMaxPool2d FractionalMaxPool3d "
    "LPPool#d Fold Unfold Bilinear CosineSimilarity PairwiseDistance Dot Maximum Minimum Average RMSNorm "
    "RMSNormalization UnitNormalization SpectralNormalization CrossMapLRN2d Lambda Masking EinsumDense RepeatVector "
    "Permute ModuleList ModuleDict ParameterList ParameterDict AdaptiveLogSoftmaxWithLoss Softmin Softshrink Softsign "
    "Hardshrink Tanhshrink Hardtanh LogSigmoid CELU RReLU GLU Threshold ThresholdedReLU CircularPad#d Maxout "
    "L1Loss MSELoss CrossEntropyLoss CTCLoss NLLLoss PoissonNLLLoss GaussianNLLLoss KLDivLoss BCELoss "
    "BCEWithLogitsLoss MarginRankingLoss HingeEmbeddingLoss MultiLabelMarginLoss HuberLoss SmoothL1Loss "
    "SoftMarginLoss MultiLabelSoftMarginLoss CosineEmbeddingLoss MultiMarginLoss TripletMarginLoss "
    "TripletMarginWithDistanceLoss RandomFlip RandomCrop RandomRotation RandomZoom RandomContrast RandomBrightness "
    "RandomTranslation GaussianNoise ActivityRegularization AutoContrast AugMix CutMix MixUp RandAugment Solarization "
    "Equalization"
)
SYNONYMS = (
    "gru lstm rnn dot max_unpool lp_pool fractional_max_pool adaptive_max_pool group_conv locally_connected "
    "BatchRenorm batch_renorm self_attention deformable_conv maxout embedding"
)
"""The same and others as they are written elsewhere."""

COUNTERPARTS = {name: kind for kind, names in MEANT.items() for name in _ranked(names)}
WITHOUT = [*_ranked(LACKING), *SYNONYMS.split()]
