package org.praxino.app;

import org.praxino.tensor.UserException;

/** What every command does: the one place where commands and the rooms below meet. */
record Actions(
        Action<GenerateOptions> generate,
        Action<PrepareEmojiCommand.Options> prepareEmoji,
        Action<PrepareOptions> prepareFolder,
        Action<TrainOptions> trainTokenizer,
        Action<TrainOptions> trainWalt,
        Action<EvalOptions> eval,
        Action<VerifyCommand.Options> verify,
        Action<BenchOptions> benchGemm,
        Action<BenchOptions> benchGenerate,
        Action<BenchOptions> benchTrain,
        Action<InfoCommand.Options> info,
        Action<ModelsCommand.Options> models) {

    static Actions standard() {
        return new Actions(
                GenerateAction::run,
                DataActions::fluentEmoji,
                DataActions::folder,
                TrainActions::tokenizer,
                TrainActions::walt,
                notYet("eval"),
                VerifyActions::verify,
                GemmBench::run,
                notYet("bench generate"),
                notYet("bench train"),
                InfoActions::info,
                ModelsActions::models);
    }

    /** An action that says that it is missing. */
    static <O> Action<O> notYet(String command) {
        return (options, context) -> {
            throw new UserException("'praxino " + command + "' is not part of this version yet");
        };
    }
}
