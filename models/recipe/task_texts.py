"""What the model-folder says about tasks and labels, in English and simplified Chinese: one plain sentence each."""

TASK_DESCRIPTIONS = {
    "purpose": ("What a passage is for; several may hold at once.", "这段文字的用途，可以同时有多个。"),
    "debt": ("Whether a passage admits technical debt, and of which kind.", "这段文字是否承认技术债务，属于哪一种。"),
    "form": ("What kind of text a passage is.", "这段文字是什么形式的内容。"),
    "stale": ("Whether a comment still says what the code beside it does.", "注释是否仍与旁边的代码相符。"),
    "coherence": ("Whether two texts stand in their order.", "两段文字的先后顺序是否正确。"),
    "embedding": ("A vector of the passage's meaning, for search.", "表示文字含义的向量，用于搜索。"),
    "answer": ("Where a text answers a question, if it does.", "文字中回答问题的位置（如果有答案）。"),
}

# label -> (English title, Chinese title, English description, Chinese description)
LABEL_TEXTS = {
    "purpose": {
        "summary": ("Summary", "概述", "Says briefly what the code does or is.", "简要说明代码做什么或是什么。"),
        "usage": ("Usage", "用法", "Tells a caller how to use the code.", "告诉调用者如何使用这段代码。"),
        "parameters": ("Parameters", "参数", "Describes parameters or attributes.", "描述参数或属性。"),
        "rationale": ("Rationale", "缘由", "Says why the code is the way it is.", "说明代码为什么这样写。"),
        "explanation": ("Explanation", "解释", "Explains details of how the code works.", "解释代码如何工作的细节。"),
        "reference": ("Reference", "引用", "Points to other code, a document or an issue.", "指向其他代码、文档或问题单。"),
        "deprecation": ("Deprecation", "弃用", "Says that something should no longer be used.", "说明某物不应再使用。"),
        "ownership": ("Ownership", "归属", "Names authors or owners.", "写明作者或负责人。"),
    },
    "debt": {
        "none": ("No debt", "无债务", "Admits no shortcoming.", "没有承认任何不足。"),
        "design": ("Design debt", "设计债务", "Admits that the design is poor, a workaround or a hack.", "承认设计欠佳、是变通或临时手段。"),
        "defect": ("Known defect", "已知缺陷", "Admits that something does not work correctly.", "承认某处不能正确工作。"),
        "requirement": ("Missing feature", "未完成需求", "Admits that something is not implemented yet.", "承认某项功能尚未实现。"),
        "documentation": ("Missing documentation", "文档欠缺", "Admits that documentation is missing or wrong.", "承认文档缺失或有误。"),
        "test": ("Missing test", "测试欠缺", "Admits that tests are missing or weak.", "承认测试缺失或不足。"),
    },
    "stale": {
        "current": ("Up to date", "仍相符", "The comment fits the code.", "注释与代码相符。"),
        "stale": ("Stale", "已过时", "The comment speaks of something that the code no longer says.", "注释所述与代码已不一致。"),
    },
    "form": {
        "prose": ("Prose", "文字", "Words written for a reader.", "写给读者看的文字。"),
        "code": ("Commented-out code", "注释掉的代码", "Code that was disabled by turning it into a comment.", "被注释掉而停用的代码。"),
        "directive": ("Directive", "指令", "An instruction to a tool, such as a linter or a compiler.", "给工具（如检查器或编译器）的指令。"),
        "license": ("Licence", "许可声明", "A copyright or licence notice.", "版权或许可声明。"),
        "separator": ("Separator", "分隔线", "Decoration that divides the file into parts.", "把文件分成几部分的装饰。"),
        "generated": ("Generated", "自动生成", "Text that a tool wrote.", "由工具写出的文字。"),
    },
}  # fmt: skip
