"""A verification report in lines of plain text, English or Chinese."""

from typing import Final

from dapp.evidence.verify import Finding, Report, Verdict

_MARKS: Final = {Verdict.SOUND: "ok", Verdict.UNCHECKABLE: "?"}
_KINDS: Final = {
    "metadata": ("what was ordered", "服务说明"),
    "meta": ("what the dispute is about", "争议说明"),
    "delivery": ("what was delivered", "交付内容"),
    "evidence": ("evidence", "证据"),
    "appeal": ("grounds of a credit appeal", "信用申诉理由"),
    "decision": ("decision of a credit appeal", "信用申诉裁决"),
    "hold": ("assessment of a hold", "延长检查的评估"),
    "review": ("review of a hold", "延长检查的复核"),
    "file": ("its file", "所附文件"),
    "picture": ("its picture", "所附图片"),
}
_TEXTS: Final = {
    "en": {
        "order": "Order 0x{id} on chain {chain}, read at block {block}",
        "terms": "ok  the terms hash to the order's id",
        "bytes": "{size:,} bytes",
        "by": "by {party}",
        "sealed": "sealed",
        "outside": "A link outside IPFS, which nobody can check: {link}",
        "inline": "in the event itself",
        "sound": "All {count} pieces are there, and each is exactly what the chain names.",
        "faulty": "{faults} of {count} pieces are missing or wrong.",
    },
    "zh": {
        "order": "订单 0x{id}，链 {chain}，读取于区块 {block}",
        "terms": "ok  条款的哈希就是订单编号",
        "bytes": "{size:,} 字节",
        "by": "提交者 {party}",
        "sealed": "已加密",
        "outside": "IPFS 之外的链接，无法核验：{link}",
        "inline": "内容就在事件里",
        "sound": "全部 {count} 项内容齐全，且与链上记录完全一致。",
        "faulty": "{count} 项内容中有 {faults} 项缺失或不符。",
    },
}


def lines_of(report: Report, language: str = "en") -> list[str]:
    """The whole report, one finding a line, the conclusion last."""
    texts = _TEXTS[language]
    head = {"id": report.order.id.hex(), "chain": report.chain_id, "block": report.block}
    count, faults = len(report.findings), len(report.faults)
    conclusion = texts["sound" if report.is_sound else "faulty"].format(count=count, faults=faults)
    found = [_line(finding, language) for finding in report.findings]
    return [texts["order"].format(**head), f"  {texts['terms']}", *found, conclusion]


def kind_text(finding: Finding, language: str = "en") -> str:
    """What a finding is about, in words."""
    return _KINDS[finding.part or finding.piece.kind][language == "zh"]


def _line(finding: Finding, language: str) -> str:
    texts, piece = _TEXTS[language], finding.piece
    mark = _MARKS.get(finding.verdict, "!!")
    parts = [kind_text(finding, language)]
    if finding.verdict is Verdict.UNCHECKABLE:
        parts.append(texts["outside"].format(link=finding.title))
    else:
        if finding.title:
            parts.append(f"“{finding.title}”")
        parts.append(finding.cid or texts["inline"])
    if finding.verdict is Verdict.SOUND:
        parts.append(texts["bytes"].format(size=finding.size))
    if finding.sealed:
        parts.append(texts["sealed"])
    if not finding.part:
        if piece.party:
            parts.append(texts["by"].format(party=piece.party))
        parts.append(f"0x{piece.transaction.hex()}")
    indent = "      " if finding.part else "  "
    line = f"{indent}{mark:<3} {', '.join(parts)}"
    return line if finding.error is None else f"{line}\n{indent}    {finding.error.sentence(language)}"
