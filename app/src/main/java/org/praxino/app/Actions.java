package org.praxino.app;

/** What every command does: the one place where commands and the rooms below meet. */
record Actions(
        Action<GenerateOptions> generate,
        Action<StreamCommand.Options> stream,
        Action<PrepareEmojiCommand.Options> prepareEmoji,
        Action<PrepareOptions> prepareFolder,
        Action<TrainOptions> trainTokenizer,
        Action<TrainOptions> trainWalt,
        Action<TrainOptions> trainCausal,
        Action<TrainOptions> trainOde,
        Action<TrainOptions> trainDmd,
        Action<EvalOptions> eval,
        Action<VerifyCommand.Options> verify,
        Action<BenchOptions> benchGemm,
        Action<BenchOptions> benchGenerate,
        Action<BenchOptions> benchTrain,
        Action<StreamBench.Options> benchStream,
        Action<SoakBench.Options> benchSoak,
        Action<WanBench.Options> benchWan,
        Action<InfoCommand.Options> info,
        Action<ModelsCommand.Options> models,
        Action<PullCommand.Options> pull,
        Action<ConvertCommand.Options> convert,
        Action<ServeOptions> serve,
        Action<KeysCommand.AddOptions> keysAdd,
        Action<KeysCommand.ListOptions> keysList,
        Action<KeysCommand.RevokeOptions> keysRevoke) {

    static Actions standard() {
        return new Actions(
                GenerateAction::run,
                StreamAction::run,
                DataActions::fluentEmoji,
                DataActions::folder,
                TrainActions::tokenizer,
                TrainActions::walt,
                TrainActions::causal,
                TrainActions::ode,
                TrainActions::dmd,
                EvalAction::run,
                VerifyActions::verify,
                GemmBench::run,
                GenerateBench::run,
                TrainBench::run,
                StreamBench::run,
                SoakBench::run,
                WanBench::run,
                InfoActions::info,
                ModelsActions::models,
                PullAction::run,
                ConvertAction::run,
                ServeAction::run,
                KeysActions::add,
                KeysActions::list,
                KeysActions::revoke);
    }
}
